import { randomUUID } from 'node:crypto';
import { lastValueFrom } from 'rxjs';
import { Pull } from 'zeromq';
import type { HeldState } from '../report/held.js';
import { REPORT_PATTERN, reportMessage } from '../report/report-message.js';
import type { Heartbeat, Hello, Report, ReturnReason } from '../report/report.js';
import type { WriteRequest } from '../request/write-request.js';
import type { WriteReport } from '../report/write-report.js';
import { ownDataIn } from '../transport/own-messages.fixture.js';
import { OWN_PATTERNS } from '../transport/own-patterns.js';
import { TransportClosed } from '../transport/errors.js';
import { ZmqClient } from '../transport/zmq/zmq-client.js';
import type { BrokerFixture } from './broker.fixture.js';

type Presence = Omit<Hello | Heartbeat, 'kind'>;
export type SentRequest = WriteRequest & { request_id: string; attempt: number };

/** A writer that reports what a test says, over real sockets. */
export class ReportingWriter {
  readonly id = randomUUID();
  private readonly pull = new Pull({ receiveTimeout: 4000 });
  private readonly push: ZmqClient;

  private readonly heartbeat: NodeJS.Timeout;
  /** The requests that its heartbeats name. */
  holding: readonly SentRequest[] = [];
  /** What its hellos and heartbeats say besides. */
  says: Partial<Presence> = {};

  private constructor(broker: BrokerFixture) {
    this.push = new ZmqClient({
      address: broker.reports,
      mode: 'connect',
      linger: 500,
      patterns: OWN_PATTERNS,
    });
    this.heartbeat = setInterval(() => {
      this.present('heartbeat', this.holding).catch((error: unknown) => {
        if (!(error instanceof TransportClosed)) throw error;
      });
    }, 100);
  }

  /** One that said hello, with what it holds, and takes requests. */
  static async connect(
    broker: BrokerFixture,
    held: readonly SentRequest[] = [],
    says: Partial<Presence> = {},
  ): Promise<ReportingWriter> {
    const writer = new ReportingWriter(broker);
    writer.says = says;
    writer.holding = held;
    await writer.present('hello', held);
    writer.pull.connect(broker.output);
    return writer;
  }

  async present(kind: 'hello' | 'heartbeat', held: readonly SentRequest[] = []): Promise<void> {
    await this.report({
      kind,
      writer_id: this.id,
      version: '9',
      host: 'h',
      pid: 1,
      started: 1,
      concurrency: 1,
      heartbeat: 5,
      held: held.map((request) => heldOf(request, 'received')),
      ...this.says,
    });
  }

  async next(): Promise<SentRequest> {
    const data = ownDataIn('write_request', await this.pull.receive());
    return data as unknown as SentRequest;
  }

  progress(request: SentRequest, state: HeldState, bytes = 0): Promise<void> {
    return this.report({
      kind: 'progress',
      writer_id: this.id,
      held: { ...heldOf(request, state), bytes },
    });
  }

  outcome({ request_id, attempt }: SentRequest, report: Partial<WriteReport> = {}): Promise<void> {
    const full = {
      request_id,
      state: 'written',
      attempts: 1,
      channels: [{ name: 'A', rows: 2, first_pulse_id: 1, last_pulse_id: 2, problems: [] }],
      not_requested: [],
      bytes: 100,
      rows: 2,
      seconds: 0.5,
      ...report,
    } as const;
    return this.report({ kind: 'outcome', writer_id: this.id, request_id, attempt, report: full });
  }

  giveBack({ request_id, attempt }: SentRequest, reason?: ReturnReason): Promise<void> {
    return this.report({ kind: 'returned', writer_id: this.id, request_id, attempt, reason });
  }

  goodbye(): Promise<void> {
    clearInterval(this.heartbeat);
    return this.report({ kind: 'goodbye', writer_id: this.id });
  }

  async report(report: Report): Promise<void> {
    await lastValueFrom(this.push.emit(REPORT_PATTERN, reportMessage(report)), {
      defaultValue: undefined,
    });
  }

  /** Stays connected, and reports nothing more. */
  fallSilent(): void {
    clearInterval(this.heartbeat);
  }

  /** Takes no further requests, and still reports. */
  stopTaking(): void {
    this.pull.close();
  }

  /** Ends without a word, as a process that is killed. */
  async kill(): Promise<void> {
    clearInterval(this.heartbeat);
    this.pull.close();
    await this.push.close();
  }
}

function heldOf({ request_id, attempt }: SentRequest, state: HeldState) {
  return { request_id, attempt, state, bytes: 0, rows: 0, tries: 1 };
}
