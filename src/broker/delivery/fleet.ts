import type { Lane } from '../../request/lane.js';

/** A writer whose reports come, as far as it matters for what is sent. */
export interface FleetWriter {
  readonly name: string;
  /** Requests that it carries out at once. */
  readonly concurrency: number;
  /** Whether it gives back what it can't begin, and keeps a slot free of background work. */
  readonly heeds: boolean;
  /** Whether it is to get nothing. */
  readonly isQuarantined: boolean;
}

/** How many slots of a writer are taken, and how many of them by background requests. */
export interface Load {
  readonly running: number;
  readonly background: number;
}

/** Rules of a queue. */
export interface QueueRules {
  /** How many requests may be under way where writers carry out so many at once. */
  readonly window: (places: number, lane: Lane) => number;
  /** Whether writers report when a request is done. */
  readonly tellsWhenDone: boolean;
  /**
   * Whether the queue itself keeps requests for writers that are not free: then it does not matter to what is sent
   * whether one is.
   */
  readonly keeps?: boolean;
  /** Whether every peer of the queue reports. */
  readonly allReport: boolean;
  /** Whether requests go in the order in which they were recorded, as some writers don't report. */
  readonly keepsOrder: boolean;
  /** Whether writers may be there that have not said hello yet, as the broker was restarted just now. */
  readonly mayGrow?: boolean;
}

const NO_LOAD: Load = { running: 0, background: 0 };

/** The writers at one moment: who is free, and for what. */
export class Fleet {
  private readonly useful: readonly FleetWriter[];

  /**
   * @param load by name of the writer
   * @param unplaced requests that were sent and have no slot so far
   */
  constructor(
    private readonly writers: readonly FleetWriter[],
    private readonly rules: QueueRules,
    private readonly load: ReadonlyMap<string, Load> = new Map(),
    private readonly unplaced = 0,
  ) {
    this.useful = writers.filter(({ isQuarantined }) => !isQuarantined);
  }

  get tellsWhenDone(): boolean {
    return this.rules.tellsWhenDone;
  }

  get keepsOrder(): boolean {
    return this.rules.keepsOrder;
  }

  /** How many requests of a lane may be under way. */
  window(lane: Lane): number {
    const places = this.useful.reduce((sum, each) => sum + slotsFor(each, lane), 0);
    return this.rules.window(places, lane);
  }

  /** Whether a request that writers gave back would find one that can begin it. */
  takesRefused(lane: Lane): boolean {
    return this.rules.keeps === true || this.freeSlots(lane) > 0;
  }

  /** Whether a writer is free, other than the ones given; with a queue that keeps requests, whether there is one. */
  isFree(lane: Lane, except: readonly string[]): boolean {
    if (this.rules.keeps === true) return this.others(except) > 0;
    return this.useful.some(
      (each) => each.heeds && !except.includes(each.name) && this.freeAt(each, lane) > 0,
    );
  }

  /** How many writers heed the handling of requests, other than the ones given. */
  others(except: readonly string[]): number {
    return this.useful.filter(({ name, heeds }) => heeds && !except.includes(name)).length;
  }

  /** Whether two writers or more could try a request, other than the ones given: one now, and another after it. */
  hasAnother(except: readonly string[]): boolean {
    return this.rules.mayGrow === true || this.others(except) > 1;
  }

  /** Whether every writer heeds how a request is to be handled. */
  get allHeed(): boolean {
    return this.rules.allReport && this.writers.every(({ heeds }) => heeds);
  }

  /** Whether there are writers, and none of them knows the handling of requests. */
  get noneHeeds(): boolean {
    return this.writers.length > 0 && this.writers.every(({ heeds }) => !heeds);
  }

  get quarantined(): string[] {
    return this.writers.filter(({ isQuarantined }) => isQuarantined).map(({ name }) => name);
  }

  /** Slots that requests of a lane can have at once. */
  private freeSlots(lane: Lane): number {
    return this.useful.reduce((sum, each) => sum + this.freeAt(each, lane), -this.unplaced);
  }

  private freeAt(writer: FleetWriter, lane: Lane): number {
    const { running, background } = this.load.get(writer.name) ?? NO_LOAD;
    const free = writer.concurrency - running;
    const own = lane === 'live' ? free : slotsFor(writer, lane) - background;
    return Math.max(0, Math.min(free, own));
  }
}

/** One slot is kept free of background work where there are several. */
function slotsFor({ concurrency, heeds }: FleetWriter, lane: Lane): number {
  return lane === 'background' && heeds && concurrency > 1 ? concurrency - 1 : concurrency;
}
