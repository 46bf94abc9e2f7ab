import { Inject, Injectable } from '@nestjs/common';
import { labelled } from '../../monitoring/labelled.js';
import { Metrics } from '../../monitoring/metrics.js';
import { addRejectedMessages } from '../../monitoring/rejected-messages.js';
import { type MessageServer, REPORT_SERVER } from '../../transport/message-server.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { QUEUED_REASONS, UNNAMED_REASONS } from '../../report/request-state.js';
import { Deliveries } from '../outbox/deliveries.js';
import { now } from '../process/clock.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Outbox } from '../outbox/outbox.js';
import { Statistics } from '../process/statistics.js';

/** Requests on their way to the writers, and the writers. */
@Injectable()
export class DeliveryMetrics {
  constructor(
    metrics: Metrics,
    outbox: Outbox,
    deliveries: Deliveries,
    writers: WriterRegistry,
    @Inject(WORK_QUEUE) queue: WorkQueue,
    @Inject(REPORT_SERVER) reports: MessageServer,
    statistics: Statistics,
  ) {
    const { consumers } = queue;
    metrics.gauge(
      {
        name: 'broker_requests',
        help: 'Requests that are not settled, by state.',
        labels: ['state'],
      },
      () => labelled('state', deliveries.requests.byState()),
    );
    metrics.gauge(
      { name: 'broker_requests_queued', help: 'Requests that wait to be sent.' },
      () => outbox.counts().requests_queued,
    );
    metrics.gauge(
      {
        name: 'broker_requests_waiting',
        help: 'Requests that wait to be sent, by lane; live ones go first.',
        labels: ['lane'],
      },
      () => labelled('lane', deliveries.requests.waitingByLane()),
    );
    metrics.gauge(
      {
        name: 'broker_requests_blocked',
        help: 'Requests that wait for something but their turn, those that heal among them, by what for.',
        labels: ['reason'],
      },
      () => labelled('reason', deliveries.requests.waitingBy(QUEUED_REASONS)),
    );
    metrics.gauge(
      { name: 'broker_requests_under_way', help: 'Requests that were sent and are not settled.' },
      () => outbox.counts().requests_under_way,
    );
    metrics.gauge(
      {
        name: 'broker_oldest_request_age_seconds',
        help: 'Age of the oldest live request that is not settled; 0 without one.',
      },
      () => deliveries.oldestAge('live'),
    );
    metrics.counter(
      {
        name: 'broker_requests_sent_total',
        help: 'Requests handed over to the queue for a writer.',
      },
      () => outbox.counts().requests_sent,
    );
    metrics.counter(
      { name: 'broker_send_failures_total', help: 'Requests that the queue did not take.' },
      () => outbox.counts().send_failures,
    );
    metrics.gauge(
      {
        name: 'broker_requests_unnamed',
        help: 'Requests that no writer names and that are not sent again yet, by reason.',
        labels: ['reason'],
      },
      () => labelled('reason', deliveries.requests.waitingBy(UNNAMED_REASONS)),
    );
    metrics.gauge(
      {
        name: 'broker_writers_without_hello',
        help: 'Writers that have been connected for some seconds without a hello, while reports are due.',
      },
      () => consumers.withoutHello(now()),
    );
    metrics.gauge(
      {
        name: 'broker_writers_connected',
        help: 'Writers by whether they report; silent: connections of those that never do.',
        labels: ['kind'],
      },
      () =>
        labelled('kind', [
          ['reporting', writers.reporting],
          ['silent', consumers.nonReporting],
        ]),
    );
    metrics.counter(
      { name: 'broker_writers_lost_total', help: 'Writers whose heartbeats stopped.' },
      () => writers.lostSoFar,
    );
    addRejectedMessages(metrics, () => [
      ...reports.rejected,
      ['invalid_report', statistics.invalidReports],
    ]);
    metrics.counter(
      {
        name: 'broker_peers_refused_total',
        help: 'Connections to the ports for writers that --allow_from or CURVE keys refused.',
      },
      () => queue.refusedPeers,
    );
  }
}
