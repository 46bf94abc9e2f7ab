import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import { type Handling, handlingText } from '../../request/handling.js';
import type { WriteRequest } from '../../request/write-request.js';
import { TransportClosed } from '../../transport/errors.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { laneNow } from '../delivery/queued-request.js';
import { Deliveries } from './deliveries.js';
import { Ledger } from '../ledger/ledger.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import { RequestCutOff } from './request-cut-off.js';
import { requestFields } from '../request-fields.js';

const RETRY_AFTER_MS = 1000;

/** Hands requests over to writers, a few at a time for each, one after another. */
@Injectable()
export class Sender {
  private readonly logger = new EventLog('Broker');
  private readonly closing = new AbortController();
  private delivering: Promise<void> | undefined;
  private handedOver = 0;
  private failed = 0;

  constructor(
    private readonly settings: BrokerSettings,
    @Inject(WORK_QUEUE) private readonly queue: WorkQueue,
    private readonly ledger: Ledger,
    private readonly deliveries: Deliveries,
  ) {}

  /** Requests that were handed over. */
  get sent(): number {
    return this.handedOver;
  }

  /** Attempts to hand over that failed. */
  get failures(): number {
    return this.failed;
  }

  /** Hands over as many requests as allowed; to be called when there may be more room than before. */
  pump(): void {
    this.delivering ??= this.deliver().finally(() => (this.delivering = undefined));
  }

  /** Ends; waits so many ms at most for the request that is being handed over. */
  async close(grace: number): Promise<void> {
    if (this.queue.isReady) {
      await Promise.race([this.delivering, delay(grace, undefined, { ref: false })]);
    }
    this.closing.abort();
    await this.queue.close();
    await this.delivering;
  }

  private async deliver(): Promise<void> {
    while (!this.closing.signal.aborted) {
      const toSend = this.deliveries.nextToSend();
      if (!toSend || !this.queue.isReady) return;
      const { request: next, handling } = toSend;
      const { id } = next;
      const attempt = next.delivery.attempt + 1;
      let request: WriteRequest | undefined;
      try {
        request = this.ledger.texts.read(next);
        if (!request) {
          if (!(await this.ledger.texts.findAgain(next))) this.giveUp(next, attempt);
          continue;
        }
        this.deliveries.inHand = next;
        this.ledger.sending(next, attempt);
        const sent = this.queue.emit('write_request', onTheWire(request, attempt, next, handling));
        await lastValueFrom(sent, { defaultValue: undefined });
        this.handedOver++;
        this.deliveries.sent(toSend, attempt);
      } catch (error) {
        if (error instanceof TransportClosed) return;
        this.failed++;
        const facts = { ...(request && requestFields(request)), request_id: id, error };
        this.logger.error('request could not be sent, next attempt in 1 s', facts);
        await this.pause();
      } finally {
        this.deliveries.inHand = undefined;
      }
    }
  }

  /** A request that can't be sent, as its line is gone from the trail, ends as failed. */
  private giveUp(request: TrackedRequest, attempt: number): void {
    const { code, message } = new RequestCutOff(this.settings.audit_file);
    const failure = { code, message };
    this.deliveries.apply(request, { type: 'outcome', attempt, state: 'failed' }, { failure });
  }

  private async pause(): Promise<void> {
    const { signal } = this.closing;
    await delay(RETRY_AFTER_MS, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Fields in the order of the trail line, which an error file repeats. Further fields there are for people. */
function onTheWire(
  request: WriteRequest,
  attempt: number,
  tracked: TrackedRequest,
  handling: Handling | undefined,
): WriteRequest {
  const lane = laneNow(tracked);
  const recorded = lane !== tracked.lane && { recorded_lane: tracked.lane };
  const { data_api_request, parameters, timestamp, request_id, layout, log_file } = request;
  const { replay_of, replay_of_timestamp, force, body_digest, trail_id, sequence } = request;
  return {
    data_api_request,
    parameters,
    timestamp,
    request_id,
    layout,
    log_file,
    replay_of,
    replay_of_timestamp,
    force,
    body_digest,
    lane,
    trail_id,
    sequence,
    attempt,
    handling: handling && handlingText({ ...handling, ...recorded }),
  };
}
