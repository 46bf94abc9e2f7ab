import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { WriteRequest } from '../request/write-request.js';
import { AuditTrailFailed } from './audit-trail-failed.js';
import { LineFile } from './line-file.js';
import { endMentions } from './end-mentions.js';
import { TrailInUse } from './trail-in-use.js';
import { formatTrailLine } from './trail-line.js';
import { TrailLock } from './trail-lock.js';

/**
 * The record of all write requests, one line each. What it holds is on disk, and from start to
 * shutdown nobody else writes it.
 */
@Injectable()
export class AuditTrail implements OnModuleInit, OnApplicationShutdown {
  private readonly lines: LineFile;
  private readonly lock: TrailLock;

  constructor(readonly file: string) {
    this.lines = new LineFile(file);
    this.lock = new TrailLock(file);
  }

  /** @throws TrailInUse; AuditTrailFailed when the trail can't be opened for writing */
  async onModuleInit(): Promise<void> {
    const other = await this.orFail(() => this.lock.claim());
    if (other) throw new TrailInUse(this.file, this.lock.path, other);
    await this.orFail(() => this.lines.open());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lines.close();
    await this.lock.release();
  }

  /**
   * Records the requests of one acquisition: all of them with one write and one fsync, or none.
   *
   * @throws AuditTrailFailed
   */
  async append(requests: readonly WriteRequest[]): Promise<void> {
    await this.orFail(() => this.lines.append(requests.map(formatTrailLine)));
  }

  /** Whether a request with one of these ids is among the last ones recorded. */
  async recentlyRecorded(requestIds: readonly string[]): Promise<boolean> {
    return this.orFail(() =>
      endMentions(
        this.file,
        requestIds.map((id) => `"request_id": ${JSON.stringify(id)}`),
      ),
    );
  }

  private async orFail<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new AuditTrailFailed(this.file, error);
    }
  }
}
