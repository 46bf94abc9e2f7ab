import { Injectable } from '@nestjs/common';
import type { Finding } from '../../monitoring/health.js';
import { labelled } from '../../monitoring/labelled.js';
import { Metrics } from '../../monitoring/metrics.js';
import { Readiness } from '../monitoring/readiness.js';
import { StatusExchange } from './status-exchange.js';

/** Whether the facility's listeners hear of requests. */
@Injectable()
export class ListenersMonitoring {
  constructor(
    metrics: Metrics,
    readiness: Readiness,
    private readonly exchange: StatusExchange,
  ) {
    readiness.also({ status_exchange: () => this.finding() });
    metrics.gauge(
      {
        name: 'broker_status_exchange_reached',
        help: 'Whether RabbitMQ takes messages for listeners; only with --status_exchange.',
      },
      () => Number(exchange.isReached),
    );
    metrics.counter(
      {
        name: 'broker_status_messages_total',
        help: 'Messages for listeners that RabbitMQ has taken, by what they tell; only with --status_exchange.',
        labels: ['action'],
      },
      () => labelled('action', exchange.published),
    );
    metrics.gauge(
      {
        name: 'broker_status_messages_waiting',
        help: 'Messages for listeners that RabbitMQ has not taken yet; only with --status_exchange.',
      },
      () => exchange.waiting,
    );
    metrics.counter(
      {
        name: 'broker_status_messages_dropped_total',
        help: 'Messages that listeners will not hear, as too many waited or they could not be made; only with --status_exchange.',
      },
      () => exchange.dropped,
    );
  }

  /** Never worse than degraded: the broker does its work without listeners. */
  private finding(): Finding {
    const { name, problem, waiting, dropped } = this.exchange;
    const facts = { exchange: name, waiting, dropped };
    if (problem === undefined) return { status: 'up', ...facts };
    const message = `the facility's listeners hear nothing: ${problem}`;
    return { status: 'degraded', ...facts, message };
  }
}
