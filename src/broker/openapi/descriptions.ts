import type { Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AcquisitionController } from '../acquisition/acquisition.controller.js';
import { LogLevelController } from '../status/log-level.controller.js';
import { HealthController } from '../monitoring/health.controller.js';
import { MetricsController } from '../monitoring/metrics.controller.js';
import { EventsController } from '../requests/events.controller.js';
import { RequestsController } from '../requests/requests.controller.js';
import { StatusController } from '../status/status.controller.js';
import {
  DescribeForget,
  DescribeParameters,
  DescribeStart,
  DescribeStop,
} from './acquisition-calls.js';
import { DescribeLive, DescribeMetrics, DescribeReady } from './monitoring-calls.js';
import { DescribeEvents, DescribeList, DescribeRequest, DescribeSubmit } from './request-calls.js';
import {
  DescribeKill,
  DescribeLogLevel,
  DescribeLogLevelChange,
  DescribeStatistics,
  DescribeStatus,
} from './status-calls.js';

// Decorates from outside what a broker has at its start, which is without Swagger.

describe(AcquisitionController, 'acquisition', {
  parameters: DescribeParameters(),
  start: DescribeStart(),
  stop: DescribeStop(),
  forget: DescribeForget(),
});
describe(StatusController, 'broker', {
  status: DescribeStatus(),
  statisticsSoFar: DescribeStatistics(),
  kill: DescribeKill(),
});
describe(LogLevelController, 'broker', {
  level: DescribeLogLevel(),
  change: DescribeLogLevelChange(),
});
describe(RequestsController, 'requests', {
  list: DescribeList(),
  request: DescribeRequest(),
  submit: DescribeSubmit(),
});
describe(EventsController, 'requests', { events: DescribeEvents() });
describe(HealthController, 'monitoring', { live: DescribeLive(), ready: DescribeReady() });
describe(MetricsController, 'monitoring', { scrape: DescribeMetrics() });

function describe<C extends object>(
  controller: Type<C>,
  tag: string,
  calls: Readonly<Record<keyof C & string, MethodDecorator>>,
): void {
  ApiTags(tag)(controller);
  for (const [name, decorate] of Object.entries<MethodDecorator>(calls)) {
    const { prototype } = controller;
    decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name)!);
  }
}
