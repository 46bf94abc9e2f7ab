import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '../../monitoring/metrics.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { Deliveries } from '../outbox/deliveries.js';

/** The queue that carries requests to writers, ZMQ or RabbitMQ. */
@Injectable()
export class QueueMetrics {
  constructor(metrics: Metrics, @Inject(WORK_QUEUE) queue: WorkQueue, deliveries: Deliveries) {
    metrics.gauge(
      {
        name: 'broker_queue_open',
        help: '1 if requests can be handed over: the ports for writers are bound, or RabbitMQ takes messages.',
      },
      () => Number(queue.health().isOpen),
    );
    metrics.gauge(
      {
        name: 'broker_queue_kept',
        help: 'Requests of this broker that RabbitMQ keeps until their outcomes are reported; 0 with ZMQ.',
      },
      () => deliveries.requests.kept,
    );
    metrics.counter(
      {
        name: 'broker_queue_losses_total',
        help: 'Requests that RabbitMQ kept and lost, as its queues were not there any more; each was sent again.',
      },
      () => deliveries.tally.lostByQueue,
    );
  }
}
