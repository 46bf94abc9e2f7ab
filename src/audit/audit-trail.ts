import { realpath, stat } from 'node:fs/promises';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Subject } from 'rxjs';
import { probeWriting } from '../filesystem/probe-writing.js';
import type { WriteRequest } from '../request/write-request.js';
import { AuditTrailFailed, TrailInUse } from './errors.js';
import { AppendOnlyFile, type WrittenLine } from './append-only-file.js';
import { endMentions } from './end-mentions.js';
import { PROBE_SUFFIX, refuseSpecialFiles } from './companions.js';
import { TrailId } from './trail-id.js';
import { formatTrailLine } from './trail-line.js';
import { TrailLock } from './trail-lock.js';

/** How long an append took, in s, and whether it failed. */
export interface AppendResult {
  readonly seconds: number;
  readonly failed: boolean;
}

/** A request with its place in the trail, and where its line is. */
export interface AuditedRequest {
  readonly request: WriteRequest;
  readonly line: WrittenLine;
}

/**
 * The record of all write requests, one line each. All of it is on disk, and no other process writes it
 * from start to shutdown.
 */
@Injectable()
export class AuditTrail implements OnModuleInit, OnApplicationShutdown {
  private readonly lines: AppendOnlyFile;
  private readonly lock: TrailLock;
  /** The trail's id, and the sequences of its requests. */
  readonly id: TrailId;
  private readonly appended = new Subject<AppendResult>();
  readonly appends = this.appended.asObservable();

  constructor(readonly file: string) {
    this.lock = new TrailLock(file);
    this.lines = new AppendOnlyFile(file, (fd) => this.lock.claimFile(fd));
    this.id = new TrailId(file);
  }

  /** @throws TrailFileUnusable, TrailInUse; AuditTrailFailed when the trail can't be opened for writing */
  async onModuleInit(): Promise<void> {
    refuseSpecialFiles(this.file);
    try {
      await this.lock.claim();
      await this.lines.open();
      await this.id.open();
    } catch (error) {
      throw error instanceof TrailInUse ? error : new AuditTrailFailed(this.file, error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lines.close();
    await this.id.close();
    await this.lock.release();
  }

  /**
   * Records the requests of one acquisition: all of them with one write and one fsync, or none.
   *
   * @returns them as they are recorded, each with its line
   * @throws AuditTrailFailed
   */
  async append(requests: readonly WriteRequest[]): Promise<AuditedRequest[]> {
    const begun = performance.now();
    let failed = true;
    try {
      const placed = await this.orFail(() => this.appendPlaced(requests));
      failed = false;
      return placed;
    } finally {
      this.appended.next({ seconds: (performance.now() - begun) / 1000, failed });
    }
  }

  /**
   * Finds out whether requests could be recorded now, without touching the trail's contents.
   *
   * @throws AuditTrailFailed
   */
  async check(): Promise<void> {
    await this.orFail(async () => {
      await this.lines.open();
      if (!(await stat(this.file)).isFile()) throw new Error('it is not a regular file');
      // On the disk of the trail itself, where its name is a link.
      await probeWriting(`${await realpath(this.file)}${PROBE_SUFFIX}`);
    });
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

  private async appendPlaced(requests: readonly WriteRequest[]): Promise<AuditedRequest[]> {
    await this.id.open();
    const placed = this.id.place(requests);
    await this.id.secure();
    const lines = await this.lines.append(placed.map(formatTrailLine));
    return placed.map((request, i) => ({ request, line: lines[i] }));
  }

  private async orFail<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new AuditTrailFailed(this.file, error);
    }
  }
}
