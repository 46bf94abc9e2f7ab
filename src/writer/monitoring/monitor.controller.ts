import { Controller, Get, Res, UseFilters } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult } from '@nestjs/terminus';
import type { Response } from 'express';
import { HealthFilter } from '../../monitoring/health.filter.js';
import { Health } from '../../monitoring/health.js';
import { Metrics } from '../../monitoring/metrics.js';
import { WriterReadiness } from './readiness.js';

/** Metrics and health of a writer. */
@Controller()
@UseFilters(HealthFilter)
export class MonitorController {
  constructor(
    private readonly metrics: Metrics,
    private readonly health: Health,
    private readonly readiness: WriterReadiness,
  ) {}

  @Get('metrics')
  async scrape(@Res({ passthrough: true }) response: Response): Promise<string> {
    response.type(this.metrics.contentType);
    return this.metrics.scrape();
  }

  @Get('health/live')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  live(): Promise<HealthCheckResult> {
    return this.health.live();
  }

  @Get('health/ready')
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  ready(): Promise<HealthCheckResult> {
    return this.health.ready(this.readiness.checks);
  }
}
