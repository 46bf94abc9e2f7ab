import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AuditTrail, type AuditedRequest } from '../../audit/audit-trail.js';
import { EventLog } from '../../logging/event-log.js';
import type { ComposedRequest, WriteRequest } from '../../request/write-request.js';
import type { Held } from '../../report/held.js';
import type { Heartbeat, Hello, Outcome, Returned } from '../../report/report.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { Deliveries } from './deliveries.js';
import { Ledger } from '../ledger/ledger.js';
import type { RecordedRequest } from '../ledger/recorded-request.js';
import { fieldsOf } from '../request-fields.js';
import { Sender } from './sender.js';
import { Shutdown } from '../process/shutdown.js';
import { WriterWatch } from './writer-watch.js';

const TICK_MS = 1000;

/**
 * Recorded write requests on their way to becoming files: has them handed over, and holds each until it
 * is settled. Requests that are open when the broker ends are recovered by the next one.
 */
@Injectable()
export class Outbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private ticking: NodeJS.Timeout | undefined;
  /** Requests recorded during recovery; they are queued behind those of predecessors. */
  private early: RecordedRequest[] | undefined = [];
  /** Settles when the requests of predecessors are recovered: until then not all requests are known. */
  recovered: Promise<void> = Promise.resolve();

  constructor(
    @Inject(WORK_QUEUE) private readonly queue: WorkQueue,
    private readonly ledger: Ledger,
    private readonly deliveries: Deliveries,
    private readonly sender: Sender,
    private readonly watch: WriterWatch,
    private readonly shutdown: Shutdown,
    private readonly trail: AuditTrail,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.ledger.recovery.openTrail();
  }

  /**
   * Recovers the requests that predecessors left open. Others may be added meanwhile.
   *
   * @throws PastUnreadable, or NodeJS.ErrnoException when the trail can't be read
   */
  recover(): Promise<void> {
    this.queue.isFor(this.trail.id.text);
    this.recovered = this.recoverPast();
    return this.recovered;
  }

  /** Begins to hand over. @throws AddressUnusable when the output port can't be had */
  async start(): Promise<void> {
    this.queue.losses.subscribe(() => this.queueLost());
    await this.queue.connect();
    this.queue.changes.subscribe(() => this.tick());
    const interval = Math.min(TICK_MS, (this.deliveries.lease || 1) * 250);
    this.ticking = setInterval(() => this.tick(), interval);
    this.ticking.unref();
  }

  /** Whether requests are handed over, as soon as there is a writer. */
  get isStarted(): boolean {
    return this.ticking !== undefined;
  }

  /** Delivers a request that is in the trail, unless it is marked as not to be sent. */
  add(audited: ComposedRequest & AuditedRequest): void {
    const { request } = audited;
    const { request_id, replay_of } = request;
    this.logger.log('request recorded', { request_id, ...fieldsOf(audited), replay_of });
    const recorded = this.ledger.texts.recorded(audited);
    if (this.early) this.early.push(recorded);
    else this.accept(recorded, request);
  }

  /** A connected writer names the requests that it holds, and the ones that were being written when others died. */
  present({ writer_id: writer, held, deaths = [] }: Hello | Heartbeat): void {
    this.ledger.recovery.heard(writer);
    for (const death of deaths) this.deliveries.reported.died(death);
    for (const each of held) this.deliveries.reported.named(writer, each);
    this.sender.pump();
  }

  /** A writer reports its progress with a request. */
  progress(writer: string, held: Held): void {
    this.deliveries.reported.named(writer, held);
  }

  /** A writer took a request off the queue, and goes on with it. */
  taken(writer: string, held: Held): void {
    this.deliveries.reported.named(writer, held, 'taken');
  }

  /**
   * A writer says what became of a request.
   *
   * @returns whether that is news: a writer may say it twice
   */
  async settle(outcome: Outcome): Promise<boolean> {
    const { writer_id: writer, request_id: id, attempt, report } = outcome;
    const isNews = await this.deliveries.reported.settle(id, attempt, writer, report);
    this.sender.pump();
    return isNews;
  }

  /** A writer gives a request back. */
  async returned(returned: Returned): Promise<void> {
    const { reported, keeps } = this.deliveries;
    if (keeps && returned.reason === 'dead_letter') await reported.putBack(returned);
    else reported.returned(returned);
    this.sender.pump();
  }

  /** The queue gave a request up. @returns whether it is known here */
  deadLettered(id: string, attempt: number): boolean {
    const isKnown = this.deliveries.reported.deadLettered(id, attempt);
    this.sender.pump();
    return isKnown;
  }

  /** @returns when all that followed from reports so far is on disk, however long the disk refuses it */
  allOnDisk(): Promise<void> {
    return this.ledger.allOnDisk();
  }

  /** Whether a report's sender keeps it until what follows from it is on disk. */
  get reportsAreKept(): boolean {
    return this.deliveries.keeps;
  }

  /** A writer ended, or is lost. */
  writerGone(writer: string): void {
    this.deliveries.writerGone(writer);
    this.sender.pump();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.ticking);
    await this.sender.close(this.shutdown.graceLeft());
    await this.ledger.close();
    const { size: requests } = this.deliveries.requests;
    if (requests > 0) {
      this.logger.log('open requests are left to the next start', { requests });
    }
  }

  /** Under the names that GET /statistics has for them. */
  counts() {
    const { size, counts, unnamed } = this.deliveries.requests;
    return {
      requests_queued: size - counts.away,
      requests_under_way: counts.away,
      requests_unnamed: unnamed,
      requests_healing: counts.healing,
      requests_sent: this.sender.sent,
      send_failures: this.sender.failures,
      outcomes_waiting: this.ledger.unwritten,
      writers_connected: this.queue.consumers.connected,
    };
  }

  private async recoverPast(): Promise<void> {
    const open = await this.ledger.recover();
    if (this.ledger.recovery.helloKnown) {
      this.queue.consumers.expectReports();
      this.deliveries.expectWriters();
    }
    for (const each of open) this.deliveries.intake.resume(each);
    await this.deliveries.resumeDoubts();
    if (open.length > 0) {
      this.logger.log('requests recovered', {
        requests: open.length,
        requests_under_way: this.deliveries.requests.counts.away,
      });
    }
    const { early } = this;
    this.early = undefined;
    for (const recorded of early!) this.accept(recorded, recorded.read());
  }

  private accept(recorded: RecordedRequest, request: WriteRequest | undefined): void {
    // Recovered already, where logrotate moved the trail away between the two.
    if (this.ledger.lookup.knows(recorded.facts.id)) return recorded.release();
    this.deliveries.intake.add(recorded, request);
    this.sender.pump();
  }

  private queueLost(): void {
    const requests = this.deliveries.queueLost();
    // None, where this trail is new to the queue.
    if (requests === 0) return;
    this.deliveries.tally.lostByQueue += requests;
    const message = 'the queue has lost what it kept: requests that no writer holds are sent again';
    this.logger.error(message, { requests });
    this.sender.pump();
  }

  private tick(): void {
    this.watch.look();
    this.deliveries.tick();
    this.sender.pump();
  }
}
