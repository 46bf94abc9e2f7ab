import { randomUUID } from 'node:crypto';
import type { GetMessage } from 'amqplib';
import { vi } from 'vitest';
import type { HeldState } from '../report/held.js';
import { REPORT_PATTERN, reportMessage } from '../report/report-message.js';
import type { Report, ReturnReason } from '../report/report.js';
import type { WriteReport } from '../report/write-report.js';
import type { WriteRequest } from '../request/write-request.js';
import type { TestedRabbitmq } from '../transport/rabbitmq/rabbitmq.fixture.js';

/** A live request that a test has taken from RabbitMQ, and has to settle with it. */
export type QueuedRequest = WriteRequest & {
  readonly request_id: string;
  readonly attempt: number;
  readonly message: GetMessage;
};

/** A writer that does what a test says, with requests of one trail that RabbitMQ keeps. */
export class QueuedWriter {
  readonly id = randomUUID();

  constructor(
    private readonly rabbitmq: TestedRabbitmq,
    private readonly trail: string,
  ) {}

  /** The next request, as soon as there is one. */
  async next(): Promise<QueuedRequest> {
    const { channel, names } = this.rabbitmq;
    const message = await vi.waitFor(
      async () => {
        const got = await channel.get(names.lane('live'));
        if (!got) throw new Error('the queue is empty');
        return got;
      },
      { timeout: 8000, interval: 20 },
    );
    const { data } = JSON.parse(message.content.toString()) as { data: QueuedRequest };
    return { ...data, message };
  }

  acknowledge({ message }: QueuedRequest): void {
    this.rabbitmq.channel.ack(message);
  }

  /** It has gone away: RabbitMQ hands the request on. */
  leave({ message }: QueuedRequest): void {
    this.rabbitmq.channel.nack(message, false, true);
  }

  /** It rejects the request: that is a dead letter. */
  reject({ message }: QueuedRequest): void {
    this.rabbitmq.channel.nack(message, false, false);
  }

  hello(): void {
    const who = { writer_id: this.id, version: '9', host: 'h', pid: 1, started: 1 };
    const can = { concurrency: 2, heartbeat: 5, heeds_handling: true };
    this.publish({ kind: 'hello', ...who, ...can, held: [] }, true);
  }

  progress(request: QueuedRequest, state: HeldState): void {
    this.publish({ kind: 'progress', writer_id: this.id, held: heldOf(request, state) }, true);
  }

  taken(request: QueuedRequest): void {
    this.publish({ kind: 'taken', writer_id: this.id, held: heldOf(request, 'writing') });
  }

  giveBack({ request_id, attempt }: QueuedRequest, reason?: ReturnReason): void {
    this.publish({ kind: 'returned', writer_id: this.id, request_id, attempt, reason });
  }

  outcome({ request_id, attempt }: QueuedRequest, report: Partial<WriteReport> = {}): void {
    const counts = { attempts: 1, channels: [], not_requested: [], bytes: 0, rows: 0, seconds: 1 };
    const full = { request_id, state: 'written', ...counts, ...report } as const;
    this.publish({ kind: 'outcome', writer_id: this.id, request_id, attempt, report: full });
  }

  private publish(report: Report, isOfNow = false): void {
    const { channel, names } = this.rabbitmq;
    const data = reportMessage(report, this.trail);
    const content = Buffer.from(JSON.stringify({ pattern: REPORT_PATTERN, data }));
    if (isOfNow) channel.publish(names.presence, 'all', content);
    else channel.publish(names.reports, this.trail, content, { persistent: true });
  }
}

function heldOf({ request_id, attempt }: QueuedRequest, state: HeldState) {
  return { request_id, attempt, state, bytes: 0, rows: 0, tries: 1 };
}
