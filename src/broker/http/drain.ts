import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Shutdown } from '../process/shutdown.js';

const INTERVAL_MS = 20;

/**
 * Lets calls under way finish when the application closes, and nothing else keep it open: not
 * connections that clients keep for later calls, nor, after the grace period, slow clients.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly shutdown: Shutdown,
  ) {}

  beforeApplicationShutdown(): void {
    this.finish(this.adapter.httpAdapter.getHttpServer() as Server);
  }

  /** For a server that is about to be closed. */
  finish(server: Server): void {
    if (!server.listening) return;
    const idle = setInterval(() => server.closeIdleConnections(), INTERVAL_MS);
    const limit = setTimeout(() => server.closeAllConnections(), this.shutdown.graceLeft());
    server.once('close', () => {
      clearInterval(idle);
      clearTimeout(limit);
    });
  }
}
