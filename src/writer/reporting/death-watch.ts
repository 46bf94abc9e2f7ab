import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EventLog } from '../../logging/event-log.js';
import { MAX_DEATHS, type Death } from '../../report/report.js';
import { Housekeeping } from '../housekeeping.js';
import { monotonicSeconds } from '../request-age.js';
import { Reporter } from './reporter.js';

/** The dead one may be another process of the same state folder. */
const INTERVAL_S = 15;
/** After a look that failed: a file system that hangs may hang for long, and each look leaves a thread behind. */
const PAUSE_S = 300;
/** For so long each is told: a broker that was not there by then will not be there soon. */
const TOLD_S = 3600;

/**
 * Looks for requests that were being written when a process of this state folder died, and has the broker
 * hear of each for an hour.
 */
@Injectable()
export class DeathWatch implements OnApplicationShutdown {
  private readonly logger = new EventLog('Writer');
  /** By id, oldest first, with the time at which each was found, s; undefined: it is told no more. */
  private readonly found = new Map<string, { readonly death: Death; told?: number }>();
  private next: NodeJS.Timeout | undefined;
  private isEnding = false;

  constructor(
    private readonly housekeeping: Housekeeping,
    private readonly reporter: Reporter,
  ) {}

  /** Looks for the first time, and from now on. */
  async start(): Promise<void> {
    const wait = await this.look();
    if (this.isEnding) return;
    this.next = setTimeout(() => void this.start(), wait * 1000).unref();
  }

  onApplicationShutdown(): void {
    this.isEnding = true;
    clearTimeout(this.next);
  }

  /** @returns when to look again, s */
  private async look(): Promise<number> {
    try {
      const deaths = await this.housekeeping.findDeaths();
      if (this.isEnding) return 0;
      const news = deaths.filter(({ death_id: id }) => !this.found.has(id));
      for (const death of news) this.note(death);
      const over = this.over();
      for (const entry of over) entry.told = undefined;
      if (news.length + over.length > 0) this.reporter.tellDeaths(this.told());
      await this.housekeeping.forgetDeaths(over.map(({ death }) => death.death_id));
      return INTERVAL_S;
    } catch (error) {
      this.logger.warn('could not look for requests that writers died of', {
        error,
        retry_in_s: PAUSE_S,
      });
      return PAUSE_S;
    }
  }

  private note(death: Death): void {
    this.found.set(death.death_id, { death, told: monotonicSeconds() });
    const { request_id, attempt } = death;
    this.logger.warn('a writer died while it wrote a request', { request_id, attempt });
  }

  private over() {
    const told = [...this.found.values()].filter((entry) => entry.told !== undefined);
    const tooMany = told.slice(0, Math.max(told.length - MAX_DEATHS, 0));
    const limit = monotonicSeconds() - TOLD_S;
    return told.filter((entry) => entry.told! < limit || tooMany.includes(entry));
  }

  private told(): Death[] {
    return [...this.found.values()]
      .filter(({ told }) => told !== undefined)
      .map(({ death }) => death);
  }
}
