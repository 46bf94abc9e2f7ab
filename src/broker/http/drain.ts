import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const GRACE_MS = 5000;
const INTERVAL_MS = 20;

/**
 * Lets calls under way finish when the application closes, and nothing else keep it open: not
 * connections that clients hold for later calls, and after 5 s not clients that dawdle.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  constructor(private readonly adapter: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server = this.adapter.httpAdapter.getHttpServer() as Server;
    if (!server.listening) return;
    const idle = setInterval(() => server.closeIdleConnections(), INTERVAL_MS);
    const limit = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.once('close', () => {
      clearInterval(idle);
      clearTimeout(limit);
    });
  }
}
