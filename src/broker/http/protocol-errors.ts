import { type IncomingMessage, STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EventLog } from '../../logging/event-log.js';
import { Statistics } from '../statistics.js';
import { errorBody } from './error-body.js';
import { MalformedCall } from './http-errors.js';

// So long a client may go on sending before its connection is cut: cut at once it would lose the reply.
const LINGER_MS = 1000;

const HTTP_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what never becomes a call, as it is no proper HTTP, in the same way as any failed call. */
@Injectable()
export class ProtocolErrors implements OnModuleInit {
  private readonly logger = new EventLog('Broker');

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly statistics: Statistics,
  ) {}

  onModuleInit(): void {
    const server = this.adapter.httpAdapter.getHttpServer() as Server;
    // A missing Host is for our own check to judge, which lets it pass.
    Object.assign(server, { requireHostHeader: false });
    server.on('clientError', (error, socket) => this.refuse(error, socket));
    server.on('checkExpectation', (request, response) => this.refuseExpectation(request, response));
  }

  private refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (socket.writableEnded) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = HTTP_STATUS[error.code ?? ''] ?? 400;
    const body = this.noted(status, `${error.message} (${error.code})`);
    const head = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }

  private refuseExpectation({ headers }: IncomingMessage, response: ServerResponse): void {
    const body = this.noted(417, `nothing can be expected but 100-continue, not ${headers.expect}`);
    response.writeHead(417, headersOf(body)).end(body);
  }

  /** @returns the reply */
  private noted(status: number, reason: string): string {
    const error = new MalformedCall(reason);
    this.statistics.callFailed(error.code);
    this.logger.warn('call failed', { http_status: status, error });
    return JSON.stringify(errorBody(error.message));
  }
}

function headersOf(body: string) {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
}
