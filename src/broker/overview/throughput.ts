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

/** What came in over the last minutes, as the reports of writers tell. */
@Injectable()
export class Throughput {
  private readonly steps = Array.from({ length: STEPS }, emptyStep);
  private current = stepAt(now());
  /** Bytes that are counted of each request under way. */
  private readonly counted = new Map<string, number>();
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
    const { request_id: id, state, bytes = 0, writer_id: writer } = head;
    const settled = isSettled(state);
    const counted = this.counted.get(id) ?? 0;
    // A further attempt begins again at 0.
    const more = bytes < counted ? bytes : bytes - counted;
    if (settled) this.counted.delete(id);
    else if (bytes > 0 || counted > 0) this.counted.set(id, bytes);
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
