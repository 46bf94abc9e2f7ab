import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AuditTrail } from '../../../audit/audit-trail.js';
import { BrokerSettings } from '../../../config/broker-settings.js';
import { EventLog } from '../../../logging/event-log.js';
import { PlanOvertaken } from '../../../runs/errors.js';
import { RunBooks } from '../../../runs/run-book.js';
import { requestIdsOfRetrieval } from '../../../runs/run-requests.js';
import { Ledger } from '../../ledger/ledger.js';
import { Outbox } from '../../outbox/outbox.js';
import { Statistics } from '../../process/statistics.js';
import { HandOver } from './hand-over.js';
import { answerOf, fieldsOfIntent, requestsOf } from './intents.js';
import type { Answer, Intent } from './retrieval-line.js';
import { RetrievalTally } from './retrieval-tally.js';
import { RetrievalsFile } from './retrievals-file.js';

const RETRY_MS = 30_000;

/**
 * Carries on the retrievals that a predecessor left between their numbers and their reply: nobody can say
 * whether their clients call again, and a number that is taken should have its data.
 */
@Injectable()
export class Resumption implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  /** By id, those that are carried on now. */
  private readonly underWay = new Map<string, Promise<Answer | undefined>>();
  private recovered!: () => void;
  private readonly pastKnown = new Promise<void>((resolve) => (this.recovered = resolve));
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly file: RetrievalsFile,
    private readonly books: RunBooks,
    private readonly handOver: HandOver,
    private readonly trail: AuditTrail,
    private readonly ledger: Ledger,
    private readonly outbox: Outbox,
    private readonly statistics: Statistics,
    private readonly tally: RetrievalTally,
  ) {}

  /** Begins with their runs on disk, before calls can take the same numbers. @throws RetrievalNotSaved */
  async onModuleInit(): Promise<void> {
    await this.file.open();
    this.resumeAll([...this.file.state.pending.keys()]);
  }

  /** All requests of predecessors are known: what is not among them can be recorded. */
  start(): void {
    this.recovered();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.retry);
    await this.file.close();
  }

  /**
   * Carries one on, or waits for its end.
   *
   * @returns its answer; undefined where its place is taken, so that it is given up
   * @throws what kept it from being carried on, this time
   */
  of(id: string): Promise<Answer | undefined> {
    const begun = this.underWay.get(id) ?? this.resume(this.file.state.pending.get(id)!);
    this.underWay.set(id, begun);
    const ended = () => this.underWay.delete(id);
    begun.then(ended, ended);
    return begun;
  }

  private async resume(intent: Intent): Promise<Answer | undefined> {
    const { retrieval, plan } = intent;
    try {
      await this.books.of(plan.raw).complete(retrieval, plan);
    } catch (error) {
      if (!(error instanceof PlanOvertaken)) throw error;
      this.logger.warn('retrieval of a predecessor is given up', {
        ...fieldsOfIntent(intent),
        error,
      });
      await this.file.note({ undone: retrieval.id });
      return undefined;
    }
    await this.pastKnown;
    const isRecorded = requestIdsOfRetrieval(retrieval).some((id) => this.ledger.lookup.knows(id));
    const whole = isRecorded ? intent : await this.record(intent);
    const answer = answerOf(whole);
    await this.file.note(answer);
    this.handOver.notify(whole);
    this.tally.count('resumed');
    this.logger.log('retrieval of a predecessor carried on', fieldsOfIntent(whole));
    return answer;
  }

  /** Puts its requests into the trail, and on their way. @throws AuditTrailFailed */
  private async record(intent: Intent): Promise<Intent> {
    const whole = await this.handOver.of(intent);
    const requests = requestsOf(whole, !this.settings.audit_trail_only);
    const audited = await this.trail.append(requests.map(({ request }) => request));
    requests.forEach((each, i) => this.outbox.add({ ...each, ...audited[i] }));
    this.statistics.acquired(requests);
    return whole;
  }

  /** @param left ids of predecessors' retrievals: those of this process are its calls' own matter */
  private resumeAll(left: readonly string[]): void {
    for (const id of left) {
      const intent = this.file.state.pending.get(id);
      if (!intent) continue;
      this.of(id).catch((error: unknown) => {
        const message = 'retrieval of a predecessor can not be carried on; it is tried again';
        this.logger.error(message, {
          ...fieldsOfIntent(intent),
          retry_in_s: RETRY_MS / 1000,
          error,
        });
        this.retry ??= setTimeout(() => {
          this.retry = undefined;
          this.resumeAll(left);
        }, RETRY_MS).unref();
      });
    }
  }
}
