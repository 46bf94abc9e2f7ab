import { Injectable } from '@nestjs/common';
import {
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';

/** The result of one check: `up`; `degraded`, which works but somebody should look; `down`. */
export interface Finding {
  readonly status: 'up' | 'degraded' | 'down';
  readonly message?: string;
  readonly [fact: string]: unknown;
}

/** Checks, by name. */
export type Checks = Readonly<Record<string, () => Finding | Promise<Finding>>>;

/** Answers whether a service lives, and whether it can do its work. */
@Injectable()
export class Health {
  constructor(
    private readonly service: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /** It lives if it answers. */
  live(): Promise<HealthCheckResult> {
    return this.service.check([]);
  }

  /** @throws ServiceUnavailableException with the findings, where something is down */
  ready(checks: Checks): Promise<HealthCheckResult> {
    return this.service.check(
      Object.entries(checks).map(([name, look]) => async () => {
        const { status, ...facts } = await look();
        const indicator = this.indicators.check(name);
        if (status === 'up') return indicator.up(facts);
        return status === 'down' ? indicator.down(facts) : indicator.degraded(facts);
      }),
    );
  }
}
