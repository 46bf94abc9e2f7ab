import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { BrokerSettings } from '../../config/broker-settings.js';
import { TooManyCalls } from './http-errors.js';

/** Keeps one address from calling more often in a second than `--calls_per_second`. */
@Injectable()
export class CallRate {
  private readonly limiter: RateLimiterMemory | undefined;

  constructor({ calls_per_second: points }: BrokerSettings) {
    if (points > 0) this.limiter = new RateLimiterMemory({ points, duration: 1 });
  }

  /** To be called for each call. @throws TooManyCalls */
  async count(address: string): Promise<void> {
    try {
      await this.limiter?.consume(address);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new TooManyCalls(address, this.limiter!.points);
    }
  }
}
