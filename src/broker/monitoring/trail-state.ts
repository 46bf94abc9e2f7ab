import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditTrailFailed } from '../../audit/errors.js';

/** For this long the answer stays the same: each look costs the trail's disk an fsync. */
const LOOK_AGAIN_MS = 500;

/** Whether requests could be recorded. */
@Injectable()
export class TrailState {
  private looked = -Infinity;
  private last: Promise<AuditTrailFailed | undefined> = Promise.resolve(undefined);

  constructor(private readonly trail: AuditTrail) {}

  /** @returns why they could not */
  look(): Promise<AuditTrailFailed | undefined> {
    const now = performance.now();
    if (now - this.looked >= LOOK_AGAIN_MS) {
      this.looked = now;
      this.last = this.check();
    }
    return this.last;
  }

  private async check(): Promise<AuditTrailFailed | undefined> {
    try {
      await this.trail.check();
      return undefined;
    } catch (error) {
      if (error instanceof AuditTrailFailed) return error;
      throw error;
    }
  }
}
