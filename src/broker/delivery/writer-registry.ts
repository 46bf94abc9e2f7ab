import { Inject, Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import type { Heartbeat, Hello, Outcome } from '../../report/report.js';
import type { Consumers, KnownWriters } from '../../transport/consumers.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { Notices } from '../process/notices.js';
import type { FleetWriter } from './fleet.js';
import { type LostWriter, LostWriters } from './lost-writers.js';
import { Quarantine } from './quarantine.js';
import type { WriterStatistics } from './writer-statistics.js';
import { WriterTally } from './writer-tally.js';

/** Far more than there are writers: hellos of others may be forged. */
const MAX_WRITERS = 1000;

type Presence = Hello | Heartbeat;

interface Writer {
  /** Its latest hello. */
  readonly presence: Presence;
  /** How often it was heard. */
  readonly times: number;
  /** When it was heard for the first time, seconds since the epoch. */
  readonly since: number;
  readonly lastHeard: number;
  /** The same in seconds of the clock that the queue has. */
  readonly lastSign: number;
  /** Its heartbeats stopped, and it may still be connected. */
  readonly isLapsed: boolean;
}

/**
 * The writers that report, by name. No I/O; times that are given are seconds of a clock that nobody sets.
 *
 * A writer whose heartbeats stopped is kept, marked as gone, until the queue knows that its connection ended.
 */
@Injectable()
export class WriterRegistry implements KnownWriters {
  private readonly writers = new Map<string, Writer>();
  /** Also of writers that have not said hello again since the broker was restarted. */
  private readonly tallies = new Map<string, WriterTally>();
  private readonly consumers: Consumers;
  private readonly quarantine = new Quarantine();
  private readonly lostWriters = new LostWriters();
  private readonly logger = new EventLog('Broker');
  private lost = 0;

  constructor(
    private readonly settings: BrokerSettings,
    @Inject(WORK_QUEUE) { consumers }: Pick<WorkQueue, 'consumers'>,
    private readonly notices: Notices,
  ) {
    this.consumers = consumers;
    consumers.attach(this);
  }

  /**
   * A writer said hello, or sent a heartbeat. If there are too many writers, one that was heard only once is
   * forgotten.
   */
  present(report: Presence, now: number): void {
    const { writer_id: name } = report;
    const before = this.writers.get(name);
    const time = Date.now() / 1000;
    const isBack = before?.isLapsed ?? true;
    if (isBack) this.writers.delete(name);
    this.lostWriters.back(name);
    this.writers.set(name, {
      // What it holds, and who died of what, is known by request.
      presence: { ...report, held: [], deaths: [] },
      times: (before?.times ?? 0) + 1,
      since: isBack ? time : before!.since,
      lastHeard: time,
      lastSign: now,
      isLapsed: false,
    });
    if ((report.unable ?? []).length === 0 && this.quarantine.isAble(name)) {
      this.logger.log('writer gets requests again', { writer_id: name });
      this.notices.tell('quarantine', { writer_id: name, quarantined: false });
    }
    if (this.writers.size > MAX_WRITERS) this.forget(this.strangest(name));
    this.consumers.heard(now);
  }

  goodbye(name: string, now: number): void {
    if (this.writers.has(name)) this.consumers.ended(now);
    this.forget(name);
  }

  /**
   * @param heldBy how many requests each holds; asked if there are any
   * @returns the writers whose heartbeats stopped for a lease
   */
  lapsed(now: number, heldBy: () => ReadonlyMap<string, number> = () => new Map()): string[] {
    const lapsed = this.live().filter(({ lastSign }) => now - lastSign > this.settings.lease);
    this.lost += lapsed.length;
    const held: ReadonlyMap<string, number> = lapsed.length > 0 ? heldBy() : new Map();
    for (const writer of lapsed) {
      const { writer_id: name } = writer.presence;
      const statistics = { ...this.statisticsOf(writer, held), requests_under_way: 0 };
      this.lostWriters.add({ ...statistics, requests_lost: held.get(name) ?? 0 }, now);
      this.forget(name);
      const isGone = this.consumers.lapsed(writer.lastSign, now);
      if (!isGone) this.writers.set(name, { ...writer, isLapsed: true });
    }
    return lapsed.map(({ presence }) => presence.writer_id);
  }

  /** A writer reported an outcome that was not known before. */
  settled(outcome: Outcome): void {
    const tally = this.tallies.get(outcome.writer_id) ?? new WriterTally();
    this.tallies.set(outcome.writer_id, tally);
    tally.add(outcome);
  }

  /** Whether the writer of this name is expected to go on reporting. */
  knows(name: string): boolean {
    return this.writers.get(name)?.isLapsed === false;
  }

  /** Writers whose heartbeats come. */
  get reporting(): number {
    return this.live().length;
  }

  /** These writers, as far as it matters for what is sent. */
  fleet(): FleetWriter[] {
    return this.live().map(({ presence }) => {
      const { writer_id: name, concurrency, heeds_handling: heeds = false } = presence;
      return { name, concurrency, heeds, isQuarantined: this.quarantine.has(name) };
    });
  }

  /** A writer did what others had failed at, which may be their own fault. */
  wrote(writer: string, tried: readonly string[]): void {
    const useful = this.fleet().filter((each) => each.heeds && !each.isQuarantined).length;
    // One that has ended comes back under another name.
    const known = tried.filter((name) => this.knows(name));
    for (const writer_id of this.quarantine.wrote(writer, known, useful)) {
      const error = this.writers.get(writer_id)?.presence.unable?.[0]?.message;
      this.logger.error(
        'writer gets no more requests until its own probes succeed: it failed at what others can do',
        { writer_id, error },
      );
      this.notices.tell('quarantine', { writer_id, error, quarantined: true });
    }
  }

  /** Writers that get nothing more for now. */
  get quarantined(): readonly WriterStatistics[] {
    return this.list().filter(({ quarantined }) => quarantined);
  }

  /** Writers whose heartbeats stopped without a goodbye, so far. */
  get lostSoFar(): number {
    return this.lost;
  }

  get size(): number {
    return this.writers.size;
  }

  get earliestSign(): number {
    let earliest = Infinity;
    for (const { lastSign } of this.writers.values()) earliest = Math.min(earliest, lastSign);
    return earliest;
  }

  forgetLapsed(): boolean {
    const lapsed = [...this.writers].find(([, { isLapsed }]) => isLapsed);
    return lapsed !== undefined && this.writers.delete(lapsed[0]);
  }

  /**
   * As GET /statistics has them, in the order in which they came.
   *
   * @param heldBy how many requests each holds
   */
  list(heldBy: ReadonlyMap<string, number> = new Map()): WriterStatistics[] {
    return this.live().map((writer) => this.statisticsOf(writer, heldBy));
  }

  /** Writers whose heartbeats stopped: those of the last ten minutes, and those that may still be connected. */
  silent(now: number): LostWriter[] {
    return this.lostWriters.list(now, (name) => this.writers.get(name)?.isLapsed === true);
  }

  private statisticsOf(
    { since, lastHeard, presence }: Writer,
    heldBy: ReadonlyMap<string, number>,
  ): WriterStatistics {
    const { writer_id, version, host, pid, started, concurrency } = presence;
    const { heeds_handling = false, unable = [] } = presence;
    return {
      writer_id,
      version,
      host,
      pid,
      started,
      connected_since: since,
      last_seen: lastHeard,
      concurrency,
      heeds_handling,
      quarantined: this.quarantine.has(writer_id),
      unable: unable[0]?.message ?? null,
      requests_under_way: heldBy.get(writer_id) ?? 0,
      ...(this.tallies.get(writer_id) ?? new WriterTally()).statistics(),
    };
  }

  private live(): Writer[] {
    return [...this.writers.values()].filter(({ isLapsed }) => !isLapsed);
  }

  private forget(name: string): void {
    this.writers.delete(name);
    this.tallies.delete(name);
    this.quarantine.forget(name);
  }

  private strangest(newcomer: string): string {
    for (const [name, { times }] of this.writers) if (times === 1) return name;
    return newcomer;
  }
}
