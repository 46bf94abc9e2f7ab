import { Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { ChannelTotals } from '../../monitoring/channel-totals.js';
import { CodeCounts } from '../../monitoring/code-counts.js';
import { labelled } from '../../monitoring/labelled.js';
import { Metrics } from '../../monitoring/metrics.js';
import { HELD_STATES } from '../../report/held.js';
import { RETURN_REASONS } from '../../report/report.js';
import { WRITE_STATES } from '../../report/write-report.js';
import type { WriterEvent } from '../writer.service.js';
import { addConnectionMetrics } from './connection-metrics.js';
import { WatchedWriter } from './watched-writer.js';

const JOB_BUCKETS = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ...[30, 60, 120, 300, 600],
];

/** Failures that are tried again: they are there with 0 from the start. */
const USUAL_RETRIES = [
  ...['connection_failed', 'timed_out', 'http_status', 'truncated_reply'],
  ...['incomplete_reply', 'incomplete', 'no_data_yet'],
];

/** Work of a writer, counted as it comes to an end. */
@Injectable()
export class WriterMetrics {
  private readonly outcomes = new CodeCounts([...WRITE_STATES, 'returned']);
  private readonly returns = new CodeCounts(RETURN_REASONS);
  private readonly failures = new CodeCounts();
  private readonly channelFailures = new CodeCounts(['missing']);
  private readonly retries = new CodeCounts(USUAL_RETRIES);
  private readonly retrieval: Histogram;
  private readonly writing: Histogram;
  private readonly channels: ChannelTotals;
  private replyBytes = 0;
  private fileBytes = 0;
  private rows = 0;
  private housekeepingFailures = 0;

  constructor(metrics: Metrics, writer: WatchedWriter) {
    metrics.gauge(
      {
        name: 'writer_requests',
        help: 'Requests that the writer holds: waiting, asking for data, writing.',
        labels: ['state'],
      },
      () => {
        const states = writer.service.heldRequests.map(({ state }) => state);
        const count = (state: string) => states.filter((each) => each === state).length;
        return labelled(
          'state',
          HELD_STATES.map((state) => [state, count(state)]),
        );
      },
    );
    metrics.counter(
      {
        name: 'writer_requests_settled_total',
        help: 'Requests by what became of them; returned: given back to the broker at the end.',
        labels: ['outcome'],
      },
      () => labelled('outcome', this.outcomes),
    );
    metrics.counter(
      {
        name: 'writer_requests_returned_total',
        help: 'Requests that were given back to the broker, by the reason; one may come again and again.',
        labels: ['reason'],
      },
      () => labelled('reason', this.returns),
    );
    metrics.counter(
      {
        name: 'writer_requests_failed_total',
        help: 'Requests that failed here, by the code of the failure.',
        labels: ['code'],
      },
      () => labelled('code', this.failures),
    );
    metrics.counter(
      {
        name: 'writer_channels_not_written_total',
        help: 'Channels that are missing in a file, by the code of the reason.',
        labels: ['code'],
      },
      () => labelled('code', this.channelFailures),
    );
    metrics.counter(
      {
        name: 'writer_retries_total',
        help: 'Attempts that failed and were followed by another, by the code of the failure.',
        labels: ['code'],
      },
      () => labelled('code', this.retries),
    );
    metrics.counter(
      { name: 'writer_reply_bytes_total', help: 'Bytes of replies of the data API.' },
      () => this.replyBytes,
    );
    metrics.counter(
      { name: 'writer_file_bytes_total', help: 'Bytes of the files that were written.' },
      () => this.fileBytes,
    );
    metrics.counter(
      { name: 'writer_rows_written_total', help: 'Rows in files, all channels together.' },
      () => this.rows,
    );
    this.channels = new ChannelTotals(metrics, 'writer');
    metrics.counter(
      {
        name: 'writer_housekeeping_failures_total',
        help: 'Times that temporary files, error files or the journal could not be tidied up.',
      },
      () => this.housekeepingFailures + writer.housekeeping.failures,
    );
    this.retrieval = metrics.histogram(
      {
        name: 'writer_retrieval_seconds',
        help: 'For one file: waiting for the reply of the data API, and reading it.',
      },
      JOB_BUCKETS,
    );
    this.writing = metrics.histogram(
      {
        name: 'writer_write_seconds',
        help: 'For one file: putting rows into it, until it is on disk under its name.',
      },
      JOB_BUCKETS,
    );
    addConnectionMetrics(metrics, writer);
    writer.service.events.subscribe((event) => this.note(event));
  }

  private note(event: WriterEvent): void {
    if (event.kind === 'retry') return this.retries.add(event.code);
    if (event.kind === 'returned') {
      if (event.reason === 'end') this.outcomes.add('returned');
      return this.returns.add(event.reason);
    }
    const { report, outcome } = event;
    this.housekeepingFailures += outcome.warnings.length;
    this.outcomes.add(report.state);
    this.channels.add(report);
    this.replyBytes += outcome.bytes;
    if (report.failure) this.failures.add(report.failure.code);
    if (report.state !== 'written') return;
    this.rows += outcome.rows;
    this.fileBytes += outcome.fileBytes;
    for (const { failure } of report.channels) if (failure) this.channelFailures.add(failure.code);
    // A file that was there already took no time.
    if (outcome.fileBytes === 0) return;
    this.retrieval.observe(outcome.retrievalSeconds);
    this.writing.observe(Math.max(outcome.seconds - outcome.retrievalSeconds, 0));
  }
}
