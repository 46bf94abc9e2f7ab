import { Injectable } from '@nestjs/common';
import type { Finding } from '../../../monitoring/health.js';
import { Metrics } from '../../../monitoring/metrics.js';
import { Readiness } from '../../monitoring/readiness.js';
import { RequestExchange } from './request-exchange.js';

/** Whether those who write PVs and detectors get their requests. */
@Injectable()
export class HandOnMonitoring {
  constructor(metrics: Metrics, readiness: Readiness, exchange: RequestExchange) {
    const { name } = exchange;
    if (name === undefined) return;
    readiness.also({ request_exchange: () => finding(name, exchange.problem) });
    metrics.gauge(
      {
        name: 'broker_request_exchange_reached',
        help: 'Whether RabbitMQ takes requests for what others write; only with --request_exchange.',
      },
      () => Number(exchange.problem === undefined),
    );
    metrics.counter(
      {
        name: 'broker_requests_handed_on_total',
        help: 'Requests for what others write, by kind and by whether they were taken, returned as nobody listens for them, or failed; only with --request_exchange.',
        labels: ['kind', 'result'],
      },
      () => exchange.results(),
    );
  }
}

/** Never worse than degraded: what the broker's own writers write goes on as ever. */
function finding(exchange: string, problem: string | undefined): Finding {
  if (problem === undefined) return { status: 'up', exchange };
  const message = `requests for PVs and detectors are not handed on: ${problem}`;
  return { status: 'degraded', exchange, message };
}
