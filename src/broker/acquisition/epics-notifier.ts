import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { authorizationFor } from '../../config/url-credentials.js';
import { EventLog } from '../../logging/event-log.js';
import { exactJson } from '../../request/exact-json.js';
import type { AcquiredRange } from './acquisition.service.js';

const TIME_LIMIT_MS = 3000;

/** Tells the EPICS writer of acquisitions. Nothing waits for it and nothing fails with it. */
@Injectable()
export class EpicsNotifier implements OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private readonly underWay = new Set<Promise<void>>();
  private sent = 0;
  private failed = 0;

  /** @param url undefined: there is no EPICS writer */
  constructor(private readonly url: string | undefined) {}

  /** @param requestId of the acquisition's first request, for the log */
  notify(acquired: AcquiredRange, requestId: string | undefined): void {
    if (this.url === undefined) return;
    const notification = this.put(this.url, acquired, requestId).finally(() =>
      this.underWay.delete(notification),
    );
    this.underWay.add(notification);
  }

  /** Waits for notifications under way, which takes 3 s at most. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Under the names that GET /statistics has for them. */
  counts() {
    return { epics_notifications_sent: this.sent, epics_notifications_failed: this.failed };
  }

  private async put(
    url: string,
    { range, parameters }: AcquiredRange,
    request_id: string | undefined,
  ): Promise<void> {
    const { startPulseId: start_pulse_id, endPulseId: stop_pulse_id } = range;
    const fields = { request_id, url, start_pulse_id, stop_pulse_id };
    try {
      // Loaded here: a start would wait for it, and then nobody for the first notification.
      const { request } = await import('undici');
      const { statusCode, body } = await request(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...authorizationFor(url) },
        body: exactJson({ range, parameters }),
        signal: AbortSignal.timeout(TIME_LIMIT_MS),
      });
      await body.dump();
      if (statusCode < 200 || statusCode > 299)
        throw new Error(`it answered with HTTP status ${statusCode}`);
      this.sent++;
      this.logger.log('EPICS writer notified', fields);
    } catch (error) {
      this.failed++;
      this.logger.error('EPICS writer could not be notified', { ...fields, error });
    }
  }
}
