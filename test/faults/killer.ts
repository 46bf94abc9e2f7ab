import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.js';
import type { PlannedRequest } from './planned-request.js';
import type { Role } from './role.js';
import type { Tally } from './tally.js';
import type { Timeline } from './timeline.js';
import { readAccepted } from './trail.js';

const LOOK_EVERY_MS = 100;
/** As a supervisor waits. */
const RESTART_MS = 1000;

/** What it reads and what it notes its deeds in. */
interface KillerNotes {
  readonly trail: string;
  readonly tally: Tally;
  readonly timeline: Timeline;
}

/** Kills each writer that writes one of some requests, as those would that need too much memory. */
export class Killer {
  private readonly over = new AbortController();
  private readonly looking: Promise<void>;
  private readonly restarts = new Set<Promise<void>>();
  private readonly left: Map<number, number>;
  private readonly ids = new Map<number, string>();

  /** @param writers all that may get them */
  constructor(
    plans: readonly PlannedRequest[],
    private readonly client: Client,
    private readonly writers: readonly Role[],
    private readonly notes: KillerNotes,
  ) {
    this.left = new Map(
      plans.flatMap(({ number, kills = 0 }) => (kills > 0 ? [[number, kills]] : [])),
    );
    this.looking = this.look();
  }

  /** All that were killed are there again. */
  async end(): Promise<void> {
    this.over.abort();
    await this.looking;
    await Promise.all(this.restarts);
  }

  private async look(): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted) {
      for (const [number, left] of this.left) if (left > 0) await this.lookAt(number);
      // Its end is no fault of the run.
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async lookAt(number: number): Promise<void> {
    const id =
      this.ids.get(number) ??
      readAccepted(this.notes.trail).find((each) => each.number === number)?.id;
    if (id === undefined) return;
    this.ids.set(number, id);
    const request = await this.client.request(id);
    if (request?.state !== 'writing') return;
    // Of a writer that is dead already the broker hears later.
    const writer = this.writers.find(({ pid, isUp }) => {
      return isUp && request.writer_id?.includes(`-${pid}-`) === true;
    });
    if (!writer) return;
    this.left.set(number, this.left.get(number)! - 1);
    this.notes.tally.add('writer: SIGKILL, for what it writes');
    const restart = this.kill(writer).finally(() => this.restarts.delete(restart));
    this.restarts.add(restart);
  }

  private async kill(writer: Role): Promise<void> {
    const isBack = this.notes.timeline.begin('writer');
    await writer.end('SIGKILL');
    await sleep(RESTART_MS);
    await writer.start();
    isBack();
  }
}
