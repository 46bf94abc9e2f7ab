import { Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { ChannelTotals } from '../../monitoring/channel-totals.js';
import { CodeCounts } from '../../monitoring/code-counts.js';
import { labelled } from '../../monitoring/labelled.js';
import { Metrics } from '../../monitoring/metrics.js';
import { HELD_STATES } from '../../report/held.js';
import { WRITE_STATES } from '../../report/write-report.js';
import { Ledger } from '../ledger/ledger.js';
import type { RequestChange } from '../ledger/request-changes.js';
import { Statistics } from '../process/statistics.js';
import { SETTLED_STATES, isSettled } from '../../report/request-state.js';

const DELIVERY_BUCKETS = [
  ...[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ...[30, 60, 120, 300, 600, 1800, 3600],
];

/** States that only a writer can report. */
const BY_WRITERS: readonly string[] = [...HELD_STATES, ...WRITE_STATES];

/** Outcomes of requests, counted as the ledger tells of them. */
@Injectable()
export class RequestMetrics {
  private readonly outcomes = new CodeCounts(SETTLED_STATES);
  private readonly failures = new CodeCounts();
  private readonly givenUp = new CodeCounts(['no_data', 'writer_lost']);
  private readonly untilReceived: Histogram;
  private readonly untilSettled: Histogram;
  private readonly channels: ChannelTotals;
  private resent = 0;
  private healed = 0;
  private bytes = 0;
  private rows = 0;

  constructor(metrics: Metrics, ledger: Ledger, statistics: Statistics) {
    metrics.counter(
      { name: 'broker_acquisitions_total', help: 'Acquisitions that were recorded.' },
      () => statistics.counts().n_processed_requests,
    );
    metrics.counter(
      {
        name: 'broker_acquisitions_abandoned_total',
        help: 'Acquisitions that were given up, or whose parameters were replaced, after their start.',
        labels: ['why'],
      },
      () => labelled('why', statistics.abandonedAcquisitions),
    );
    metrics.counter(
      { name: 'broker_requests_recorded_total', help: 'Write requests put into the trail.' },
      () => statistics.counts().requests_recorded,
    );
    metrics.counter(
      {
        name: 'broker_requests_settled_total',
        help: 'Requests by outcome; one whose outcome changes counts again.',
        labels: ['outcome'],
      },
      () => labelled('outcome', this.outcomes),
    );
    metrics.counter(
      {
        name: 'broker_requests_failed_total',
        help: 'Requests that ended without a file, by the code of the first failure.',
        labels: ['code'],
      },
      () => labelled('code', this.failures),
    );
    metrics.counter(
      {
        name: 'broker_requests_resent_total',
        help: 'Requests sent again, as their writer was lost or returned them.',
      },
      () => this.resent,
    );
    metrics.counter(
      {
        name: 'broker_requests_given_up_total',
        help: 'Requests that failed for good: nothing tries them again by itself. By the code of the last failure.',
        labels: ['code'],
      },
      () => labelled('code', this.givenUp),
    );
    metrics.counter(
      {
        name: 'broker_requests_healed_total',
        help: 'Requests that were written after they had failed and were tried again by themselves.',
      },
      () => this.healed,
    );
    metrics.counter(
      {
        name: 'broker_reply_bytes_total',
        help: 'Bytes of replies of the data API that became files.',
      },
      () => this.bytes,
    );
    metrics.counter(
      { name: 'broker_rows_written_total', help: 'Rows in files, all channels together.' },
      () => this.rows,
    );
    this.channels = new ChannelTotals(metrics, 'broker');
    this.untilReceived = metrics.histogram(
      {
        name: 'broker_request_received_seconds',
        help: 'Time from the record of a request until a writer has it, for each sending.',
      },
      DELIVERY_BUCKETS,
    );
    this.untilSettled = metrics.histogram(
      {
        name: 'broker_request_settled_seconds',
        help: 'Time from the record of a request until its outcome is known.',
      },
      DELIVERY_BUCKETS,
    );
    ledger.changes.subscribe((change) => this.note(change));
  }

  private note({ kind, head, before }: RequestChange): void {
    if (kind === 'progress') return;
    const { state, time, accepted, attempt, failures = 1, next_attempt: next } = head;
    if (state === 'sent' && before !== 'sent' && attempt > 1) this.resent++;
    const seconds = Math.max(time - accepted, 0);
    if (before === 'sent' && BY_WRITERS.includes(state)) this.untilReceived.observe(seconds);
    // One that heals has failed once, however often it is tried again.
    const isKnown = state === 'failed' && (before === 'failed' || failures > 1);
    if (isKnown && before !== 'failed' && next === undefined) {
      this.givenUp.add(head.failure?.code ?? 'unknown');
    }
    if (!isSettled(state) || isKnown) return;
    this.outcomes.add(state);
    this.channels.add(head);
    this.untilSettled.observe(seconds);
    if (state === 'failed') {
      const code = head.failure?.code ?? 'unknown';
      this.failures.add(code);
      if (next === undefined) this.givenUp.add(code);
    }
    if (state !== 'written') return;
    if (head.first_failed !== undefined) this.healed++;
    this.bytes += head.bytes ?? 0;
    this.rows += head.rows ?? 0;
  }
}
