import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, Occasional } from '../../logging/occasional.js';

/** More than all detectors, DIA and everybody who looks; each takes a file descriptor. */
export const MOST_CONNECTIONS = 1000;
/** For a client to send the headers of a call; checked every 30 s. */
const HEADERS_MS = 10_000;
/** For a client to send a whole call. */
const CALL_MS = 60_000;

/** Keeps clients that only hold connections from taking all there are. */
@Injectable()
export class ConnectionLimits implements OnModuleInit {
  private readonly logger = new EventLog('Broker');
  private readonly occasional = new Occasional();
  private dropped = 0;

  constructor(private readonly adapter: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.adapter.httpAdapter.getHttpServer() as Server;
    server.maxConnections = MOST_CONNECTIONS;
    server.headersTimeout = HEADERS_MS;
    server.requestTimeout = CALL_MS;
    server.on('drop', (from) => this.drop(from?.remoteAddress));
  }

  /** Connections that were dropped so far, as there were too many. */
  get droppedConnections(): number {
    return this.dropped;
  }

  private drop(address: Socket['remoteAddress']): void {
    this.dropped++;
    const heldBack = this.occasional.pass('dropped');
    if (heldBack === undefined) return;
    this.logger.error('connection dropped: there are too many', {
      peer: address,
      limit: MOST_CONNECTIONS,
      ...notLoggedBefore(heldBack),
    });
  }
}
