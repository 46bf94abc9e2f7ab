import { Injectable } from '@nestjs/common';
import type { RequestHead } from '../../report/request-record.js';
import { isSettled } from '../../report/request-state.js';
import { now } from '../process/clock.js';
import { Ledger } from '../ledger/ledger.js';
import type { Throughput as ThroughputReply } from './replies.js';

/** 15 minutes. */
const STEPS = 90;
const STEP_S = 10;
const LATELY_S = 10;

interface Step {
  bytes: number;
  files: number;
  failed: number;
}

/** Data that came to a writer, at a time of the clock that nobody sets. */
interface Arrival {
  readonly time: number;
  readonly writer: string;
  readonly bytes: number;
}

/** What is counted of a request under way. */
interface Booked {
  /** Sent, and no writer has told of it since: whoever does began at 0. */
  isAtStart: boolean;
  /** What each writer said last, and whether the request was its own until now. */
  readonly told: Map<string, { readonly bytes: number; isLast: boolean }>;
}

/**
 * What came in over the last minutes, as the reports of writers tell.
 *
 * Only what came between two reports is counted. A writer that goes on after its lease, or that a broker finds
 * at its start, tells at once of all that came before.
 */
@Injectable()
export class Throughput {
  private readonly steps = Array.from({ length: STEPS }, emptyStep);
  private current = stepAt(now());
  private readonly underWay = new Map<string, Booked>();
  private lately: Arrival[] = [];

  constructor(ledger: Ledger) {
    ledger.changes.subscribe(({ head, before }) => this.take(head, before));
  }

  /** Per step, oldest first; the last one is not over. */
  overview(): ThroughputReply {
    this.moveOn();
    const elapsed = now() - this.current * STEP_S;
    return {
      seconds: STEP_S,
      end: Date.now() / 1000 - elapsed,
      bytes: this.steps.map(({ bytes }) => bytes),
      files: this.steps.map(({ files }) => files),
      failed: this.steps.map(({ failed }) => failed),
    };
  }

  /** Bytes a second over the last seconds, by writer; those that got nothing are not there. */
  lastSeconds(): Map<string, number> {
    this.forgetOld();
    const rates = new Map<string, number>();
    for (const { writer, bytes } of this.lately) {
      rates.set(writer, (rates.get(writer) ?? 0) + bytes / LATELY_S);
    }
    return rates;
  }

  private take(head: RequestHead, before: RequestHead['state'] | undefined): void {
    const { request_id: id, state, writer_id: writer } = head;
    const settled = isSettled(state);
    const more = this.news(head);
    if (settled) this.underWay.delete(id);
    // An outcome that comes once more, or later, was counted.
    if (before !== undefined && isSettled(before)) return;
    if (!settled && more === 0) return;
    this.moveOn();
    const step = this.steps.at(-1)!;
    step.bytes += more;
    if (state === 'written') step.files++;
    if (state === 'failed') step.failed++;
    if (more > 0 && writer !== undefined) this.lately.push({ time: now(), writer, bytes: more });
    this.forgetOld();
  }

  /** What came to a writer since it last told of the request. */
  private news({ request_id: id, state, bytes, writer_id: writer }: RequestHead): number {
    const booked = this.underWay.get(id) ?? { isAtStart: false, told: new Map() };
    this.underWay.set(id, booked);
    if (writer === undefined || bytes === undefined) {
      // Sent, sent again, or with nobody: how much came until the next report, and when, is not known.
      for (const told of booked.told.values()) told.isLast = false;
      booked.isAtStart = state === 'sent';
      return 0;
    }
    const before = booked.told.get(writer);
    const { isAtStart } = booked;
    booked.isAtStart = false;
    booked.told.set(writer, { bytes, isLast: true });
    if (!before) return isAtStart ? bytes : 0;
    // A further try begins again at 0.
    if (bytes < before.bytes) return bytes;
    return before.isLast ? bytes - before.bytes : 0;
  }

  private moveOn(): void {
    const step = stepAt(now());
    const passed = Math.min(step - this.current, STEPS);
    for (let i = 0; i < passed; i++) {
      this.steps.shift();
      this.steps.push(emptyStep());
    }
    this.current = step;
  }

  private forgetOld(): void {
    const since = now() - LATELY_S;
    const first = this.lately.findIndex(({ time }) => time > since);
    if (first !== 0) this.lately = first < 0 ? [] : this.lately.slice(first);
  }
}

function stepAt(time: number): number {
  return Math.floor(time / STEP_S);
}

function emptyStep(): Step {
  return { bytes: 0, files: 0, failed: 0 };
}
