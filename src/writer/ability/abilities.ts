import type { OnApplicationShutdown } from '@nestjs/common';
import { Subject } from 'rxjs';
import { EventLog } from '../../logging/event-log.js';
import { errorText } from '../../logging/error-text.js';
import type { Failure } from '../../report/failure.js';
import { type Probes, isSource } from './probes.js';

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 15_000;
/** What has no place can't be probed: after so long it is taken to be better. */
const UNPROBED_MS = 30_000;
/** A writer's roots don't change while it runs: a folder outside of them is not listed for ever. */
const REFUSED_MS = 15 * 60_000;
/** As many as a report may name. */
const MAX_ENTRIES = 100;
/** Folders outside the roots may all be typing errors: they leave room for what matters. */
const MAX_REFUSED = 20;

interface Inability {
  readonly failure: Failure;
  readonly since: number;
  timer?: NodeJS.Timeout;
}

/**
 * What a writer can't do at present, as far as it may be its own fault. Each was met by a request; the writer
 * tries it again by itself, with waits from one to fifteen seconds, until it can.
 */
export class Abilities implements OnApplicationShutdown {
  private readonly logger = new EventLog('Writer');
  /** By place, or by code where there is none. */
  private readonly entries = new Map<string, Inability>();
  private readonly changed = new Subject<readonly Failure[]>();
  /** All that it can't do, whenever that changes. */
  readonly changes = this.changed.asObservable();
  private isOver = false;
  private looking: Promise<void> | undefined;
  private lookedAt = -Infinity;

  constructor(private readonly probes: Probes) {}

  get unable(): readonly Failure[] {
    return [...this.entries.values()].map(({ failure }) => failure);
  }

  /** A request failed. What may be this writer's own fault, and may pass, is listed before this returns. */
  met(failure: Failure): void {
    const { faults = [], passes, place, code } = failure;
    const isRefused = faults.includes('writer') && place !== undefined && passes === false;
    if (this.isOver || !faults.includes('writer') || !(passes || isRefused)) return;
    const key = place ?? code;
    const most = isRefused ? MAX_REFUSED : MAX_ENTRIES;
    if (this.entries.has(key) || this.entries.size >= most) return;
    const entry: Inability = { failure, since: performance.now() };
    this.entries.set(key, entry);
    const facts = { place, code, error: failure.message };
    this.logger.warn("this writer can't do its work: it tries again every few seconds", facts);
    if (place === undefined) entry.timer = this.later(() => this.drop(key), UNPROBED_MS);
    else this.probeLater(key, FIRST_WAIT_MS);
    this.tell();
  }

  /** A request came through: what it needed can be done. @param places data APIs and folders */
  cameThrough(places: readonly string[]): void {
    if (this.entries.size === 0) return;
    for (const [key, { failure }] of [...this.entries]) {
      if (failure.place === undefined || places.includes(failure.place)) this.drop(key);
    }
  }

  /** Probes all that the writer needs: its broker says that it fails where others don't. */
  lookAround(): void {
    if (this.isOver || this.looking || performance.now() - this.lookedAt < MAX_WAIT_MS) return;
    this.lookedAt = performance.now();
    this.looking = this.look().finally(() => (this.looking = undefined));
  }

  async onApplicationShutdown(): Promise<void> {
    this.isOver = true;
    for (const { timer } of this.entries.values()) clearTimeout(timer);
    this.entries.clear();
    await this.probes.rest();
  }

  private async look(): Promise<void> {
    for (const place of this.probes.places) {
      if (this.isOver) break;
      if (this.entries.has(place)) continue;
      try {
        await this.probes.prove(place);
      } catch (error) {
        const [code, fault] = isSource(place)
          ? (['connection_failed', 'source'] as const)
          : (['file_system_error', 'folder'] as const);
        this.met({
          ...{ code, message: errorText(error), faults: [fault, 'writer'], passes: true, place },
        });
      }
    }
    if (this.entries.size === 0) await this.probes.rest();
  }

  private probeLater(key: string, wait: number): void {
    const entry = this.entries.get(key);
    if (entry) entry.timer = this.later(() => void this.probe(key, entry, wait), wait);
  }

  private async probe(key: string, entry: Inability, waited: number): Promise<void> {
    try {
      await this.probes.prove(key);
      if (this.entries.get(key) === entry) this.drop(key);
    } catch (error) {
      if (this.entries.get(key) !== entry) return;
      this.logger.debug('a probe failed again', { place: key, error });
      const isForLong = performance.now() - entry.since > REFUSED_MS;
      if (entry.failure.passes !== true && isForLong)
        this.drop(key, 'a folder outside the output roots is not tried any more');
      else this.probeLater(key, Math.min(2 * waited, MAX_WAIT_MS));
    }
  }

  private drop(key: string, message = 'this writer can do its work again'): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.entries.delete(key);
    const { since, failure } = entry;
    const duration_s = Number(((performance.now() - since) / 1000).toFixed(1));
    const facts = { place: failure.place, code: failure.code, duration_s };
    this.logger.log(message, facts);
    this.tell();
    if (this.entries.size === 0 && !this.looking) void this.probes.rest();
  }

  private tell(): void {
    this.changed.next(this.unable);
  }

  private later(action: () => void, ms: number): NodeJS.Timeout {
    return setTimeout(action, ms).unref();
  }
}
