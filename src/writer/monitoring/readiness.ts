import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { errorText } from '../../logging/error-text.js';
import { diskHealth } from '../../monitoring/disk-health.js';
import { DiskSpace } from '../../monitoring/disk-space.js';
import type { Checks, Finding } from '../../monitoring/health.js';
import { probeWriting } from '../../filesystem/probe-writing.js';
import { WatchedWriter } from './watched-writer.js';

/** Whether a writer has everything that it needs to do its work. */
@Injectable()
export class WriterReadiness {
  readonly checks: Checks = {
    state_dir: () => this.stateDirectory(),
    output_roots: () => this.outputRoots(),
    disks: () => diskHealth(this.disks),
    stream: () => this.stream(),
    threads: () => this.threads(),
    requests: () => this.requests(),
    abilities: () => this.abilities(),
  };
  private probing: Promise<Finding> | undefined;

  constructor(
    private readonly writer: WatchedWriter,
    private readonly disks: DiskSpace,
  ) {}

  /** All who ask at the same time share one look. */
  private stateDirectory(): Promise<Finding> {
    this.probing ??= this.probe().finally(() => (this.probing = undefined));
    return this.probing;
  }

  private async probe(): Promise<Finding> {
    const { state_dir: path } = this.writer.settings;
    try {
      await probeWriting(join(path, `.${process.pid}.probe`));
      return { status: 'up', path };
    } catch (error) {
      const message = `files can't be written in ${path}: ${errorText(error)}`;
      return { status: 'down', path, message };
    }
  }

  private async outputRoots(): Promise<Finding> {
    const { output_root: roots } = this.writer.settings;
    try {
      if (await this.writer.housekeeping.rootsAreUsable()) return { status: 'up', roots };
      return { status: 'down', roots, message: 'none of them can be written to or made' };
    } catch (error) {
      return { status: 'down', roots, message: `could not be looked at: ${errorText(error)}` };
    }
  }

  private stream(): Finding {
    const { stream, reporter, settings } = this.writer;
    const { queue, stream_address } = settings;
    const isDirect = queue === 'zmq';
    // A queue between them takes requests and reports at one place.
    const address = isDirect ? stream_address : reporter.address;
    const facts = { address, reports: reporter.isHeard };
    if (stream.isConnected) return { status: 'up', ...facts };
    const message = isDirect ? 'no broker is connected' : "RabbitMQ can't be reached";
    return { status: 'down', ...facts, message };
  }

  /** Others start when there is work for them; those that were lost and left none may not be able to. */
  private threads(): Finding {
    const counts = this.writer.threads.counts();
    if (counts.busy + counts.idle > 0 || counts.lost === 0) return { status: 'up', ...counts };
    return { status: 'down', ...counts, message: 'all worker threads were lost' };
  }

  /** It takes requests all the same: most may need something else. */
  private abilities(): Finding {
    const { unable } = this.writer.abilities;
    if (unable.length === 0) return { status: 'up' };
    const [{ place = 'what it needs', code }] = unable;
    const message = `${place} can't be used (${code}): the writer tries it every few seconds`;
    return { status: 'degraded', message, unable: unable.length };
  }

  private requests(): Finding {
    const { isClosing, heldRequests } = this.writer.service;
    const held = heldRequests.length;
    return isClosing
      ? { status: 'down', held, message: 'the writer is shutting down' }
      : { status: 'up', held };
  }
}
