import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express, RequestHandler } from 'express';
import { BrokerSettings } from '../../config/broker-settings.js';
import { ConnectionLimits } from './connection-limits.js';
import { Drain } from './drain.js';
import { WrongPort } from './http-errors.js';
import { listen } from './listen.js';
import { ProtocolErrors } from './protocol-errors.js';

/** What clients call there. */
const PATHS = /^\/copy_user_files\/?$/i;

/**
 * The second port, `--slow_rest_port`: clients have one for what takes long. The same application answers
 * there, with the same limits, and nothing but these calls.
 */
@Injectable()
export class SlowPort implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly calls = new WeakSet<IncomingMessage>();
  private server: Server | undefined;
  private closed: Promise<unknown> | undefined;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly adapter: HttpAdapterHost,
    private readonly limits: ConnectionLimits,
    private readonly protocolErrors: ProtocolErrors,
    private readonly drain: Drain,
  ) {}

  /** Listens where the setting says so. @throws HttpAddressUnusable */
  async open(): Promise<void> {
    const { rest_host, slow_rest_port: port } = this.settings;
    if (port === undefined) return;
    const application = this.adapter.httpAdapter.getInstance<Express>();
    this.server = createServer((request, response) => {
      this.calls.add(request);
      application(request, response);
    });
    this.limits.guard(this.server);
    this.protocolErrors.guard(this.server);
    await listen(this.server, rest_host, port, 'slow_rest');
  }

  /** The port that it listens on. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null)?.port;
  }

  /** Refuses other calls that come here. */
  readonly refuseOthers: RequestHandler = (request, _response, next) => {
    const isOther = this.calls.has(request) && !PATHS.test(request.path);
    next(isOther ? new WrongPort(request.path, this.mainPort) : undefined);
  };

  beforeApplicationShutdown(): void {
    const { server } = this;
    if (!server?.listening) return;
    this.drain.finish(server);
    this.closed = new Promise((resolve) => server.close(resolve));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.closed;
  }

  private get mainPort(): number {
    const server = this.adapter.httpAdapter.getHttpServer() as Server;
    return (server.address() as AddressInfo).port;
  }
}
