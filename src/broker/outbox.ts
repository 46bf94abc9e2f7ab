import { setTimeout as delay } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import type { WriteRequest } from '../request/write-request.js';
import { TransportClosed } from '../transport/transport-errors.js';
import { ZmqClient } from '../transport/zmq-client.js';
import { requestFields } from './request-fields.js';

const RETRY_AFTER_MS = 1000;
const LAST_CHANCE_MS = 1000;

/**
 * Recorded write requests on their way to writers, handed over one after another in the order in
 * which they were recorded. Without a writer they wait; what waits when the broker ends is logged,
 * and stands in the audit trail.
 */
@Injectable()
export class Outbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Broker');
  private readonly waiting: WriteRequest[] = [];
  private readonly closing = new AbortController();
  private delivering: Promise<void> | undefined;
  private handedOver = 0;
  private failures = 0;

  constructor(private readonly client: ZmqClient) {}

  /** @throws AddressUnusable when the output port can't be had */
  async onApplicationBootstrap(): Promise<void> {
    await this.client.connect();
  }

  add(request: WriteRequest): void {
    this.waiting.push(request);
    this.delivering ??= this.deliver().finally(() => (this.delivering = undefined));
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.client.connectedPeers > 0) {
      await Promise.race([this.delivering, delay(LAST_CHANCE_MS, undefined, { ref: false })]);
    }
    this.closing.abort();
    await this.client.close();
    await this.delivering;
    for (const request of this.waiting) {
      this.logger.warn('request not sent, write it from the audit trail', requestFields(request));
    }
  }

  /** Under the names that GET /statistics has for them. */
  counts() {
    return {
      requests_queued: this.waiting.length,
      requests_sent: this.handedOver,
      send_failures: this.failures,
      writers_connected: this.client.connectedPeers,
    };
  }

  private async deliver(): Promise<void> {
    while (this.waiting.length > 0 && !this.closing.signal.aborted) {
      const [request] = this.waiting;
      try {
        await lastValueFrom(this.client.emit('write_request', request), {
          defaultValue: undefined,
        });
        this.waiting.shift();
        this.handedOver++;
        this.logger.log('request sent', requestFields(request));
      } catch (error) {
        if (error instanceof TransportClosed) return;
        this.failures++;
        this.logger.error('request could not be sent, next attempt in 1 s', {
          ...requestFields(request),
          error,
        });
        await this.pause();
      }
    }
  }

  private async pause(): Promise<void> {
    const { signal } = this.closing;
    await delay(RETRY_AFTER_MS, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
