import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AllowedAddresses } from '../../config/allowed-addresses.js';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import { ClientAddress } from './client-address.js';
import { OpenConnections } from './open-connections.js';

/** More than detectors, DIA and all users need; each takes a file descriptor. */
export const MAX_CONNECTIONS = 1000;
/** A quarter of them: enough for readers of events and other users behind one proxy. */
export const MAX_PER_ADDRESS = 250;
/** Connections of addresses that `--allow_from` refuses, all together; no other limit counts them. */
const MAX_REFUSED = 50;
/** Time for a refused client to send its call and to read the reason. */
const REFUSED_MS = 1000;
/** Time for a client to send the headers of a call; checked every 30 s. */
const HEADERS_MS = 10_000;
/** Time for a client to send a whole call. */
const CALL_MS = 60_000;

/**
 * Keeps clients that only hold connections from taking all of them: those of refused addresses end
 * at once, and where there are too many the one ends first that has been idle for longest.
 */
@Injectable()
export class ConnectionLimits implements OnModuleInit {
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle();
  private readonly open = new OpenConnections(MAX_CONNECTIONS, MAX_PER_ADDRESS);
  private readonly refused = new Set<Socket>();
  private dropped = 0;

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly addresses: AllowedAddresses,
    private readonly clientAddress: ClientAddress,
  ) {}

  onModuleInit(): void {
    this.guard(this.adapter.httpAdapter.getHttpServer() as Server);
  }

  /** Limits the connections of a server; those of all servers count together. */
  guard(server: Server): void {
    server.headersTimeout = HEADERS_MS;
    server.requestTimeout = CALL_MS;
    const serve = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      if (!this.admits(socket)) socket.destroy();
      else for (const each of serve) each.call(server, socket);
    });
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.open.callBegins(socket);
      response.once('close', () => this.open.callEnds(socket));
    });
  }

  /** Connections that ended so far, or were not taken, as there were too many. */
  get droppedConnections(): number {
    return this.dropped;
  }

  private admits(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    // Through a trusted proxy each call has an address of its own, which is looked at then.
    const mayCome = this.addresses.has(address) || this.clientAddress.isTrusted(address);
    if (!mayCome) return this.admitsToRefuse(socket, address);
    const { reached, ended } = this.open.add(socket, address);
    ended?.destroy();
    if (reached !== undefined) this.drop(address, reached, ended);
    return reached === undefined || ended !== undefined;
  }

  private admitsToRefuse(socket: Socket, address: string): boolean {
    if (this.refused.size >= MAX_REFUSED) {
      const heldBack = this.throttle.pass('refused');
      if (heldBack !== undefined) {
        const facts = { peer: address, limit: MAX_REFUSED, ...notLoggedBefore(heldBack) };
        this.logger.warn('connections refused: their addresses are not in --allow_from', facts);
      }
      return false;
    }
    this.refused.add(socket);
    const limit = setTimeout(() => socket.destroy(), REFUSED_MS).unref();
    socket.once('close', () => {
      clearTimeout(limit);
      this.refused.delete(socket);
    });
    return true;
  }

  private drop(address: string, limit: number, idle: Socket | undefined): void {
    this.dropped++;
    const heldBack = this.throttle.pass(`${idle !== undefined} ${limit}`);
    if (heldBack === undefined) return;
    const facts = { peer: address, limit, ...notLoggedBefore(heldBack) };
    if (idle) this.logger.warn('idle connection ended for a new one: there are too many', facts);
    else this.logger.error('connection dropped: there are too many', facts);
  }
}
