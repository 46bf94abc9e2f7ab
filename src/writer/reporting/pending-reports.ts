import type { Failure } from '../../report/failure.js';
import { type Held, firstPart } from '../../report/held.js';
import type { Death, Hello, Report, ReturnReason, Returned, Taken } from '../../report/report.js';
import type { WriteReport } from '../../report/write-report.js';
import { isTrailId } from '../../request/request-order.js';
import type { HeldRequest } from '../held-request.js';
import { KeptReport } from './kept-report.js';
import { UnsettledOutcomes } from './unsettled-outcomes.js';

const MAX_OUTCOMES = 256;

/** Who a writer is, as every hello and heartbeat says. */
export type Self = Omit<Hello, 'kind' | 'unable' | 'deaths' | 'held'>;

/** A report that is to be sent now. */
export interface DueReport {
  readonly report: Report;
  /** The trail of the request that it is about; undefined: it concerns all brokers. */
  readonly trailId?: string;
  /** What keeps it until it was handed over. Of the others there will be newer ones. */
  readonly kept?: KeptReport;
}

/**
 * What a broker is still to be told. Reports are made when they can be sent: of what happens meanwhile the last
 * state is told, and outcomes that the broker may have missed. So nothing piles up.
 */
export class PendingReports {
  private readonly held = new Set<HeldRequest>();
  private readonly moved = new Set<HeldRequest>();
  /** Requests still to be named after a hello or heartbeat. */
  private toName: HeldRequest[] = [];
  /** What was taken off its queue, or is given back, in the order in which that happened. */
  private readonly notices: KeptReport[] = [];
  private readonly outcomes: UnsettledOutcomes;
  private presence: 'hello' | 'heartbeat' | undefined;
  /** What can't be done, and who has died, is a part of every hello and heartbeat. */
  unable: readonly Failure[] = [];
  deaths: readonly Death[] = [];

  /** @param doubtMs for how long an outcome that was sent may not have come to the broker */
  constructor(
    private readonly self: Self,
    doubtMs: number,
  ) {
    this.outcomes = new UnsettledOutcomes(MAX_OUTCOMES, doubtMs);
  }

  /** A hello, or a heartbeat unless a hello is to come, with all that is held. */
  present(kind: 'hello' | 'heartbeat'): void {
    if (this.presence !== 'hello') this.presence = kind;
  }

  /** A request came, or moved on. */
  progress(held: HeldRequest): void {
    if (idOf(held) === undefined) return;
    this.held.add(held);
    this.moved.add(held);
  }

  /** The queue is to let go of a request that is held still. @returns when it is known to have been told */
  taken(held: HeldRequest): Promise<void> {
    if (idOf(held) === undefined) return Promise.resolve();
    const { writer_id } = this.self;
    return this.notice({ kind: 'taken', writer_id, held: heldOf(held) }, held);
  }

  /** A request is not held any more: what became of it. @returns as `taken` */
  outcome(held: HeldRequest, report: WriteReport): Promise<void> {
    const release = this.release(held);
    if (!release) return Promise.resolve();
    const outcome = new KeptReport({ kind: 'outcome', ...release, report }, trailIdOf(held));
    this.outcomes.add(outcome);
    return outcome.confirmation;
  }

  /** A request is given back: it is not held any more, or never was. @returns as `taken` */
  returned(held: HeldRequest, reason: ReturnReason): Promise<void> {
    const release = this.release(held);
    if (!release) return Promise.resolve();
    return this.notice({ kind: 'returned', ...release, reason }, held);
  }

  /** The broker is gone, and with it what it had not read. */
  sendOutcomesAgain(): void {
    this.outcomes.sendAgain(performance.now());
  }

  /** The next report, which is under way from now on; undefined where there is nothing to tell. */
  next(): DueReport | undefined {
    const { presence, self, moved } = this;
    if (presence) {
      this.presence = undefined;
      moved.clear();
      this.toName = [...this.held];
      return { report: this.nextPart(presence) };
    }
    if (this.toName.length > 0) return { report: this.nextPart('heartbeat') };
    const kept = this.notices.shift() ?? this.outcomes.next(performance.now());
    if (kept) return { report: kept.report, trailId: kept.trailId, kept };
    const [first] = moved;
    if (!first) return undefined;
    moved.delete(first);
    const { writer_id } = self;
    return {
      report: { kind: 'progress', writer_id, held: heldOf(first) },
      trailId: trailIdOf(first),
    };
  }

  /** What `next` gave was handed over. */
  handedOver({ kept }: DueReport): void {
    if (!kept) return;
    this.outcomes.handedOver(kept, performance.now());
    kept.confirm();
  }

  /** What `next` gave was not taken: it comes again, if it is to be kept. */
  failed({ kept }: DueReport): void {
    if (!kept) return;
    // What was taken off comes before what becomes of it.
    if (kept.report.kind !== 'outcome') this.notices.unshift(kept);
    else this.outcomes.failed(kept);
  }

  private notice(report: Taken | Returned, held: HeldRequest): Promise<void> {
    const notice = new KeptReport(report, trailIdOf(held));
    this.notices.push(notice);
    return notice.confirmation;
  }

  private release(held: HeldRequest) {
    this.held.delete(held);
    this.moved.delete(held);
    const request_id = idOf(held);
    if (request_id === undefined) return undefined;
    return { writer_id: this.self.writer_id, request_id, attempt: held.attempt };
  }

  /** Each part is a whole report for a broker of any version: it takes nothing from what one does not name. */
  private nextPart(kind: 'hello' | 'heartbeat'): Report {
    const named = this.toName.filter((each) => this.held.has(each));
    const held = named.map(heldOf);
    const count = firstPart(held);
    this.toName = named.slice(count);
    const { unable, deaths } = this;
    return { kind, ...this.self, unable, deaths, held: held.slice(0, count) };
  }
}

/** An id that a broker would understand: requests of other implementations have none. */
export function idOf({ request: { request_id: id } }: Pick<HeldRequest, 'request'>) {
  return typeof id === 'string' && id.length <= 255 ? id : undefined;
}

function trailIdOf({ request: { trail_id: id } }: HeldRequest): string | undefined {
  return isTrailId(id) ? id : undefined;
}

function heldOf(held: HeldRequest): Held {
  const { attempt, state, bytes, rows, fileBytes, waitsFor, tries, failure } = held;
  return {
    request_id: idOf(held)!,
    attempt,
    state,
    bytes,
    rows,
    file_bytes: fileBytes,
    waits_for: waitsFor,
    tries,
    failure,
  };
}
