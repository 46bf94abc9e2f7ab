import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import {
  type INestApplication,
  type INestApplicationContext,
  Injectable,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { EventLog } from '../../logging/event-log.js';
import type { WriterSettings } from '../../config/writer-settings.js';
import { HttpAddressUnusable } from '../../config/errors.js';

/** The HTTP server of a writer, where its settings want one. Without, nothing of HTTP is loaded. */
@Injectable()
export class MonitoringServer implements OnApplicationShutdown {
  private app: INestApplication | undefined;

  /** @throws HttpAddressUnusable */
  async start(writer: INestApplicationContext, settings: WriterSettings): Promise<void> {
    const { metrics_host: host, metrics_port: port } = settings;
    if (port === undefined) return;
    const { createMonitor } = await import('./create-monitor.js');
    this.app = await createMonitor(writer, settings);
    await this.app.init();
    const server = this.app.getHttpServer() as Server;
    try {
      // Nest's own `listen` would log a failure that is thrown as well.
      await once(server.listen(port, host), 'listening');
    } catch (error) {
      throw new HttpAddressUnusable('metrics', host, port, error);
    }
    const { port: actual } = server.address() as AddressInfo;
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${actual}`;
    new EventLog('Writer').log('can be watched', { metrics_url: `http://${authority}/metrics` });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.app?.close();
  }
}
