import { Controller, Get, UseFilters } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult } from '@nestjs/terminus';
import { HealthFilter } from '../../monitoring/health.filter.js';
import { Health } from '../../monitoring/health.js';
import { Readiness } from './readiness.js';

/** Whether the broker lives, and whether it can do its work. */
@Controller('health')
@UseFilters(HealthFilter)
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  live(): Promise<HealthCheckResult> {
    return this.health.live();
  }

  @Get('ready')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  ready(): Promise<HealthCheckResult> {
    return this.health.ready(this.readiness.checks);
  }
}
