import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { environmentProxies } from '../../config/proxies.js';
import { authorizationFor } from '../../config/url-credentials.js';
import { mayNeedProxy, proxyAgent } from '../../http-client/proxy-agent.js';
import { EventLog } from '../../logging/event-log.js';
import { exactJson } from '../../request/exact-json.js';
import type { PulseRange } from '../../request/pulse-range.js';

/** Limit for a whole notification, connecting included. */
const TIME_LIMIT_MS = 3000;
const TOO_LATE = 'it did not answer within 3 s';

/** What an EPICS writer is told: the pulses, and what else it needs to know. */
export interface EpicsNotification {
  readonly range: PulseRange;
}

/** Notifies the EPICS writer of acquisitions and of runs' PVs. Nothing waits for it, and its failures are only logged. */
@Injectable()
export class EpicsNotifier implements OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private readonly underWay = new Set<AbortController>();
  private readonly ending = new AbortController();
  private agent: Promise<Dispatcher> | undefined;
  private sent = 0;
  private failed = 0;

  /** @param url undefined without an EPICS writer */
  constructor(private readonly url: string | undefined) {}

  /**
   * @param notification sent as it is
   * @param requestId of the acquisition's first request, for the log
   */
  notify(notification: EpicsNotification, requestId: string | undefined): void {
    if (this.url === undefined) return;
    void this.put(this.url, notification, requestId);
  }

  /** Gives up notifications that are under way, with their connections. */
  onApplicationShutdown(): void {
    for (const each of this.underWay) each.abort(new Error('the broker ended before it answered'));
    this.ending.abort();
  }

  /** Under the names that GET /statistics has for them. */
  counts() {
    return { epics_notifications_sent: this.sent, epics_notifications_failed: this.failed };
  }

  private async put(
    url: string,
    notification: EpicsNotification,
    request_id: string | undefined,
  ): Promise<void> {
    const { startPulseId: start_pulse_id, endPulseId: stop_pulse_id } = notification.range;
    const fields = { request_id, url, start_pulse_id, stop_pulse_id };
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error(TOO_LATE)), TIME_LIMIT_MS);
    this.underWay.add(limit);
    try {
      // The request alone would go on for as long as it takes to connect.
      await Promise.race([this.send(url, exactJson(notification), limit), aborted(limit)]);
      this.sent++;
      this.logger.log('EPICS writer notified', fields);
    } catch (error) {
      this.failed++;
      this.logger.error('EPICS writer could not be notified', { ...fields, error });
    } finally {
      clearTimeout(timer);
      this.underWay.delete(limit);
    }
  }

  private async send(url: string, text: string, { signal }: AbortController): Promise<void> {
    // Loaded here: at the start it would delay the first answer, while nothing waits for a notification.
    const { request } = await import('undici');
    this.agent ??= this.agentFor(url);
    const { statusCode, body } = await request(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...authorizationFor(url) },
      body: text,
      dispatcher: await this.agent,
      signal,
    });
    await body.dump();
    if (statusCode < 200 || statusCode > 299) {
      throw new Error(`it answered with HTTP status ${statusCode}`);
    }
  }

  private async agentFor(url: string): Promise<Dispatcher> {
    const connect = { timeout: TIME_LIMIT_MS, signal: this.ending.signal };
    const proxies = environmentProxies();
    if (mayNeedProxy(url, proxies)) {
      return proxyAgent(proxies, { connect, proxyTls: connect, requestTls: connect });
    }
    const { Agent } = await import('undici');
    return new Agent({ connect });
  }
}

function aborted({ signal }: AbortController): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
