import { Injectable } from '@nestjs/common';
import { localStamp } from '../../audit/local-time.js';
import { CodeCounts } from '../../monitoring/code-counts.js';
import { ABANDONED_BY } from '../../audit/abandoned-line.js';
import type { WriteRequest } from '../../request/write-request.js';

/** Counts since the process started. */
@Injectable()
export class Statistics {
  readonly processStartupTime = localStamp(new Date());
  private processedAcquisitions = 0;
  /** Acquisitions that were abandoned while they were receiving, by how. */
  readonly abandonedAcquisitions = new CodeCounts(ABANDONED_BY);
  private recordedRequests = 0;
  private rejectedReports = 0;
  private lastQueued: { readonly request: WriteRequest; readonly time: string } | undefined;

  /** An acquisition was recorded as these requests. */
  acquired(requests: readonly unknown[]): void {
    this.processedAcquisitions++;
    this.recordedRequests += requests.length;
  }

  /** An acquisition was abandoned while it was receiving. */
  abandoned(why: string): void {
    this.abandonedAcquisitions.add(why);
  }

  /** A request that somebody submitted was recorded. */
  submitted(): void {
    this.recordedRequests++;
  }

  /** A recorded request is on its way to a writer. */
  queued(request: WriteRequest): void {
    this.lastQueued = { request, time: localStamp(new Date()) };
  }

  /** A writer's report could not be understood. */
  reportRejected(): void {
    this.rejectedReports++;
  }

  /** Reports that could not be understood. */
  get invalidReports(): number {
    return this.rejectedReports;
  }

  /** Under the names that GET /statistics has for them; the first four are the original's. */
  counts() {
    return {
      n_processed_requests: this.processedAcquisitions,
      process_startup_time: this.processStartupTime,
      last_sent_write_request: this.lastQueued?.request ?? null,
      last_sent_write_request_time: this.lastQueued?.time ?? null,
      requests_recorded: this.recordedRequests,
    };
  }
}
