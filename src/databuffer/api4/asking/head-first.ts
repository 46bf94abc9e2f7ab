import type { ReadBrake } from '../../http/read-brake.js';
import type { Spool } from '../../../rows/spool.js';

/** How often it is looked whether the first channel comes. */
const LOOK_MS = 50;
/** It comes with at least so many bytes from one look to the next. */
const COMING_BYTES = 16 * 1024;
/** Looks after which a channel that does not come holds nobody up any more. */
const IDLE_LOOKS = 5;
/** Memory that stays free for rows that are on their way when the others are stopped. */
const RESERVE_BYTES = 1536 * 1024;
/** That a download may bring before it can be stopped: what a socket reads at once. */
const FIRST_BYTES = 256 * 1024;

/**
 * Decides which of several downloads are read from.
 *
 * The rows of the first channel that is not over go on at once, those of the others wait. When these find no more
 * room in memory, their downloads are stopped and no other one begins, so that nothing waits in a file: as long as
 * the first one comes. One that is slow, or silent, holds nobody up.
 */
export class HeadFirst {
  private head = 0;
  private headBytes = 0;
  private isIdle = false;
  private isClosed = false;
  private idleLooks = 0;
  private readonly areOver: Uint8Array;
  private readonly active = new Map<number, HeldDownload>();
  private readonly toBegin = new Map<number, () => void>();
  private looking: NodeJS.Timeout | undefined;
  private readonly reserve: number;
  private readonly firstBytes: number;

  /**
   * @param channels how many there are; they are numbered in the order in which their rows go on
   * @param atOnce downloads at once
   * @param spool where rows wait
   */
  constructor(
    channels: number,
    atOnce: number,
    private readonly spool: Spool,
  ) {
    this.areOver = new Uint8Array(channels);
    this.reserve = Math.min(RESERVE_BYTES, spool.room / 2);
    // However little memory there is, all may begin.
    this.firstBytes = Math.min(FIRST_BYTES, (spool.room - this.reserve) / atOnce);
  }

  /** Waits until a download of a channel may begin; one a channel at a time. @param brake of its connection */
  async begin(place: number, brake: ReadBrake): Promise<HeldDownload> {
    if (this.canBegin(place)) return this.add(place, brake);
    return new Promise((resolve) => {
      this.toBegin.set(place, () => resolve(this.add(place, brake)));
      this.watch();
    });
  }

  /** Nothing more comes of a channel. */
  isOver(place: number): void {
    this.areOver[place] = 1;
    if (place !== this.head) return;
    while (this.areOver[this.head] === 1) this.head++;
    this.headBytes = 0;
    this.idleLooks = 0;
    this.isIdle = false;
    this.active.get(this.head)?.goOn();
    this.goOn();
  }

  /** Nothing is held up any more. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.looking);
    this.looking = undefined;
    for (const download of this.active.values()) download.goOn();
    for (const begin of this.toBegin.values()) begin();
    this.toBegin.clear();
  }

  private add(place: number, brake: ReadBrake): HeldDownload {
    const download = new HeldDownload(brake, {
      came: (bytes) => this.came(place, bytes),
      ended: () => this.ended(place),
    });
    this.active.set(place, download);
    return download;
  }

  private canBegin(place: number): boolean {
    if (place === this.head || this.isIdle || this.isClosed) return true;
    let expected = 0;
    for (const [other, { hasBegun }] of this.active) {
      if (other !== this.head && !hasBegun) expected += this.firstBytes;
    }
    return this.spool.room - expected >= this.reserve + this.firstBytes;
  }

  private get isFull(): boolean {
    return !this.isIdle && !this.isClosed && this.spool.room < this.reserve;
  }

  private came(place: number, bytes: number): void {
    if (place === this.head) {
      this.headBytes += bytes;
      if (this.isIdle && this.headBytes >= COMING_BYTES) this.isIdle = false;
    } else if (this.isFull) {
      this.holdOthers();
    }
  }

  private ended(place: number): void {
    this.active.delete(place);
    this.goOn();
  }

  private holdOthers(): void {
    for (const [place, download] of this.active) {
      // What says how a reply begins has a time limit that goes on.
      if (place !== this.head && download.hasBegun) download.hold();
    }
    this.watch();
  }

  /** As far as there is room for it. */
  private goOn(): void {
    if (!this.isFull) for (const download of this.active.values()) download.goOn();
    for (const [place, begin] of this.toBegin) {
      if (!this.canBegin(place)) continue;
      this.toBegin.delete(place);
      begin();
    }
  }

  private watch(): void {
    this.looking ??= setInterval(() => this.look(), LOOK_MS);
  }

  private look(): void {
    const comes = this.headBytes >= COMING_BYTES;
    this.headBytes = 0;
    this.idleLooks = comes ? 0 : this.idleLooks + 1;
    if (this.idleLooks >= IDLE_LOOKS) {
      this.isIdle = true;
      this.idleLooks = 0;
    }
    this.goOn();
    const areHeld = [...this.active.values()].some(({ isHeld }) => isHeld);
    if (areHeld || this.toBegin.size > 0) return;
    clearInterval(this.looking);
    this.looking = undefined;
  }
}

/** A download that can be stopped in the middle. */
export class HeldDownload {
  isHeld = false;
  /** Whether a piece of the reply came. */
  hasBegun = false;

  constructor(
    private readonly brake: ReadBrake,
    private readonly listener: {
      readonly came: (bytes: number) => void;
      readonly ended: () => void;
    },
  ) {}

  /** A piece of the reply came, and was read. */
  came(bytes: number): void {
    this.hasBegun = true;
    this.listener.came(bytes);
  }

  ended(): void {
    this.goOn();
    this.listener.ended();
  }

  hold(): void {
    this.isHeld = true;
    this.brake.apply(this);
  }

  goOn(): void {
    this.isHeld = false;
    this.brake.release(this);
  }
}
