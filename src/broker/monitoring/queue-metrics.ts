import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '../../monitoring/metrics.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { Deliveries } from '../outbox/deliveries.js';

/** The queue that carries requests to writers, ZMQ or RabbitMQ. */
@Injectable()
export class QueueMetrics {
  private losses = 0;

  constructor(metrics: Metrics, @Inject(WORK_QUEUE) queue: WorkQueue, deliveries: Deliveries) {
    queue.losses.subscribe(() => this.losses++);
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
        help: 'Times that the queues in RabbitMQ were not there any more, so that all that they kept was sent again.',
      },
      () => this.losses,
    );
  }
}
