import { Controller, Get, UseFilters } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult } from '@nestjs/terminus';
import { HealthFilter } from '../../monitoring/health.filter.js';
import { Health } from '../../monitoring/health.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { NOT_READY, READY } from './health-examples.js';
import { Readiness } from './readiness.js';

/** Whether the broker lives, and whether it can do its work. */
@Controller('health')
@ApiGroup('monitoring')
@UseFilters(HealthFilter)
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @ApiCall({
    summary: 'Whether the broker answers',
    ok: { description: 'It does.', schema: 'HealthReply' },
  })
  getLiveness(): Promise<HealthCheckResult> {
    return this.health.live();
  }

  @Get('ready')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @ApiCall({
    summary: 'Whether the broker can do its work',
    description:
      'Trail writable, ports bound, room on disks, no live request open for an hour. A folder, a channel ' +
      'list or writers that are missing make it `degraded`: still ready. So do requests that heal, places that ' +
      'are down, jobs that make no progress and writers in quarantine, and a RabbitMQ that takes nothing (`queue`, ' +
      'in place of `output_port`): requests are recorded meanwhile.',
    ok: {
      description: 'It can; where it is `degraded` somebody should look.',
      schema: 'HealthReply',
      example: READY,
    },
    failures: {
      503: {
        description: 'It can not: `error` says why.',
        schema: 'HealthReply',
        example: NOT_READY,
      },
    },
  })
  getReadiness(): Promise<HealthCheckResult> {
    return this.health.ready(this.readiness.checks);
  }
}
