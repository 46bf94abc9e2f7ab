import { setTimeout as sleep } from 'node:timers/promises';
import type { FillingDisk } from './filling-disk.js';
import type { Middle } from './middle.js';
import { Random } from './random.js';
import type { Role } from './role.js';
import type { Tally } from './tally.js';
import type { Missing, Timeline } from './timeline.js';

/** Whom faults are done to. */
export interface NightVictims {
  readonly broker: Role;
  /** The first one is spared. */
  readonly writers: readonly Role[];
  readonly dataApi: Role;
  readonly disk: FillingDisk;
  /** Makes the data API reachable for the writer that can't reach it. */
  readonly mend: () => Promise<Middle>;
}

/** Parts of the night: when something begins at the earliest and at the latest, and how long it lasts. */
const DATA_API_DOWN = [
  { from: [0.08, 0.12], lasts: 0.2 },
  { from: [0.55, 0.58], lasts: 0.06 },
] as const;
const DISK_FULL = { from: [0.42, 0.46], lasts: 0.2 } as const;
const MENDED_AT = 0.72;
/** Between two deaths of the broker, and of each writer. */
const BROKER_LIVES = [0.08, 0.16] as const;
const WRITER_LIVES = [0.1, 0.25] as const;

/** What happens in a night, until it is over: then all is as it should be. */
export class NightFaults {
  private readonly over = new AbortController();
  private readonly faults: readonly Promise<void>[];
  private mended: Middle | undefined;

  /** @param seconds how long the night is */
  constructor(
    private readonly seed: number,
    private readonly seconds: number,
    victims: NightVictims,
    private readonly tally: Tally,
    private readonly timeline: Timeline,
  ) {
    const { broker, writers, dataApi, disk, mend } = victims;
    this.faults = [
      ...DATA_API_DOWN.map(({ from, lasts }, n) =>
        this.once(`data API ${n}`, from, () => this.takeDown(dataApi, lasts)),
      ),
      this.once('disk', DISK_FULL.from, () => this.fillUp(disk)),
      this.once('mend', [MENDED_AT, MENDED_AT], async () => {
        this.tally.add('writer: its data API can be reached after all');
        this.mended = await mend();
      }),
      this.repeat('broker', BROKER_LIVES, (random) => this.hit(broker, 'broker', random)),
      ...writers
        .slice(1)
        .map((writer) =>
          this.repeat(writer.name, WRITER_LIVES, (random) => this.hit(writer, 'writer', random)),
        ),
    ];
  }

  /** Whatever was broken is whole again. */
  async end(): Promise<void> {
    this.over.abort();
    await Promise.all(this.faults);
  }

  close(): void {
    this.mended?.close();
  }

  private async takeDown(dataApi: Role, lasts: number): Promise<void> {
    this.tally.add('data API: down for a part of the night');
    const isBack = this.timeline.begin('data API');
    await dataApi.end('SIGKILL');
    await this.wait(lasts);
    await dataApi.start();
    isBack();
  }

  private async fillUp(disk: FillingDisk): Promise<void> {
    this.tally.add('disk: full for a part of the night');
    const isFree = this.timeline.begin('disk');
    disk.fill();
    await this.wait(DISK_FULL.lasts);
    disk.free();
    isFree();
  }

  private async hit(role: Role, what: Missing, random: Random): Promise<void> {
    const signal = random.chance(0.7) ? 'SIGKILL' : 'SIGTERM';
    this.tally.add(`${what}: ${signal}`);
    const isBack = this.timeline.begin(what);
    const code = await role.end(signal);
    if (signal === 'SIGTERM' && code !== 0 && code !== null) {
      role.complaints.push(`${role.name} ended with exit code ${code} after SIGTERM`);
    }
    await sleep(random.between(0, 1500));
    await role.start();
    isBack();
  }

  private async once(
    name: string,
    [earliest, latest]: readonly [number, number],
    fault: () => Promise<void>,
  ): Promise<void> {
    await this.wait(new Random(this.seed, `night ${name}`).between(earliest, latest));
    if (!this.over.signal.aborted) await fault();
  }

  private async repeat(
    name: string,
    [least, most]: readonly [number, number],
    fault: (random: Random) => Promise<void>,
  ): Promise<void> {
    const random = new Random(this.seed, `night ${name}`);
    for (;;) {
      await this.wait(random.between(least, most));
      if (this.over.signal.aborted) return;
      await fault(random);
    }
  }

  /** For a part of the night, or until it is over. */
  private async wait(part: number): Promise<void> {
    const { signal } = this.over;
    // Its end is no fault of the run.
    await sleep(part * this.seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}
