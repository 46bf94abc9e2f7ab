import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { Metrics } from '../../monitoring/metrics.js';
import { Ledger } from '../ledger/ledger.js';
import { Outbox } from '../outbox/outbox.js';
import { TrailState } from './trail-state.js';

const APPEND_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Whether and how fast the disk takes what the broker records. */
@Injectable()
export class TrailMetrics {
  private failed = 0;

  constructor(
    metrics: Metrics,
    trail: AuditTrail,
    state: TrailState,
    outbox: Outbox,
    ledger: Ledger,
  ) {
    const appends = metrics.histogram(
      {
        name: 'broker_audit_append_seconds',
        help: 'Time until the requests of a call are on disk in the audit trail, failures included.',
      },
      APPEND_BUCKETS,
    );
    trail.appends.subscribe(({ seconds, failed }) => {
      appends.observe(seconds);
      if (failed) this.failed++;
    });
    metrics.counter(
      { name: 'broker_audit_failures_total', help: 'Calls whose requests could not be recorded.' },
      () => this.failed,
    );
    metrics.gauge(
      {
        name: 'broker_audit_writable',
        help: '1 if requests could be recorded now, 0 if not.',
      },
      async () => Number((await state.look()) === undefined),
    );
    metrics.gauge(
      {
        name: 'broker_audit_damaged_parts',
        help: 'Parts of the trail that could not be read when the broker started.',
      },
      () => ledger.recovery.damagedParts,
    );
    metrics.gauge(
      {
        name: 'broker_requests_withheld',
        help: 'Requests that are not sent, as the outcomes of the trail were lost, until a start with --recover_all.',
      },
      () => ledger.withheld,
    );
    metrics.gauge(
      {
        name: 'broker_outcomes_waiting',
        help: 'Lines of the outcomes file that the disk has not taken yet.',
      },
      () => outbox.counts().outcomes_waiting,
    );
  }
}
