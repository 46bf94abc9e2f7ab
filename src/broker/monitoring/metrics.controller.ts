import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { Metrics } from '../../monitoring/metrics.js';

/** The metrics, for Prometheus. */
@Controller('metrics')
@ApiGroup('monitoring')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiCall({
    summary: 'Figures for Prometheus',
    description: 'docs/metrics.md says what each of them is.',
    ok: {
      contentType: 'text/plain',
      example:
        '# HELP sf_databuffer_broker_requests_queued Requests that wait to be sent.\n' +
        '# TYPE sf_databuffer_broker_requests_queued gauge\n' +
        'sf_databuffer_broker_requests_queued 0\n',
    },
  })
  async getMetrics(@Res({ passthrough: true }) response: Response): Promise<string> {
    response.type(this.metrics.contentType);
    return this.metrics.scrape();
  }
}
