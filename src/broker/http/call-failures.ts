import { Injectable } from '@nestjs/common';
import { CodeCounts } from '../../monitoring/code-counts.js';
import { HTTP_STATUS } from './http-status.js';

/** Calls that were answered with an error, since the process started. */
@Injectable()
export class CallFailures {
  readonly byCode = new CodeCounts([...Object.keys(HTTP_STATUS), 'internal_error']);
  private total = 0;

  /** @param code of the error */
  count(code: string): void {
    this.total++;
    this.byCode.add(code);
  }

  /** Under the name that GET /statistics has for it. */
  counts() {
    return { calls_failed: this.total };
  }
}
