import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyedMutex } from '../../../concurrency/keyed-mutex.js';
import { BrokerSettings } from '../../../config/broker-settings.js';
import { EventLog } from '../../../logging/event-log.js';
import type { Retrieval } from '../../../runs/retrieval.js';
import { RunBooks } from '../../../runs/run-book.js';
import type { AcquisitionProposal } from '../../acquisition/acquisition.service.js';
import { Statistics } from '../../process/statistics.js';
import { BeamlineDetectors } from '../beamline-detectors.js';
import { Pgroups } from '../pgroups.js';
import { HandOn } from '../hand-on/hand-on.js';
import { HandOver } from './hand-over.js';
import { answerOf, fieldsOfIntent, requestsOf } from './intents.js';
import { type RetrievalRules, parseRetrieval } from './parse-retrieval.js';
import { Resumption } from './resumption.js';
import { retrievalDigest } from './retrieval-digest.js';
import type { Answer, Intent } from './retrieval-line.js';
import { RetrievalTally } from './retrieval-tally.js';
import { RetrievalsFile } from './retrievals-file.js';

/** A call of `retrieve_from_buffers`. */
export interface RetrievalCall {
  /** From where it comes. */
  readonly address: string;
  readonly beamline: string;
  readonly body: unknown;
  /** By which its client tells a new call from one that it repeats. */
  readonly key: string | undefined;
}

/**
 * Acquisitions whose pulses are past. Calls run side by side, but for equal ones: of these the first is carried
 * out, and the others get its reply.
 *
 * The order, so that what is replied is kept whatever happens: all checks; the numbers, on disk; the intent, on
 * disk; the run's folders and metadata; what others take; the trail; the reply.
 */
@Injectable()
export class Retrievals {
  private readonly logger = new EventLog('Broker');
  private readonly calls = new KeyedMutex();

  constructor(
    private readonly settings: BrokerSettings,
    private readonly pgroups: Pgroups,
    private readonly detectors: BeamlineDetectors,
    private readonly books: RunBooks,
    private readonly file: RetrievalsFile,
    private readonly handOn: HandOn,
    private readonly handOver: HandOver,
    private readonly resumption: Resumption,
    private readonly statistics: Statistics,
    private readonly tally: RetrievalTally,
  ) {}

  /**
   * The write requests of a retrieval; none where it is one that was recorded already. Its numbers are taken,
   * and its run is on disk. The next equal call waits until the proposal is recorded, or failed.
   *
   * @throws InvalidRunCall, RetrievalNotSaved, and what `RunBook.acquire` throws
   */
  propose(call: RetrievalCall): Promise<AcquisitionProposal> {
    const digest = retrievalDigest(call.address, call.body, call.key);
    return new Promise((resolve, reject) => {
      void this.calls.run(digest, async () => {
        try {
          const answer = await this.answerTo(digest);
          if (answer) return resolve(this.repeated(answer));
          const intent = await this.begin(call, digest);
          await new Promise<void>((ended) => resolve(this.proposalOf(intent, ended)));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** What an equal call was answered; that of one which a predecessor left is carried out first. */
  private async answerTo(digest: string): Promise<Answer | undefined> {
    const { state } = this.file;
    const pending = state.pendingOf(digest);
    const answer = pending && (await this.resumption.of(pending.retrieval.id));
    return answer ?? state.answerTo(digest, Date.now() / 1000);
  }

  private repeated({ reply, recorded: request_id }: Answer): AcquisitionProposal {
    this.tally.count('repeated');
    this.logger.log('retrieval repeated', { request_id, run_number: Number(reply.run_number) });
    return { requests: [], repeats: reply.request_ids, reply, recorded: () => undefined };
  }

  /** Takes the numbers of a new retrieval and makes its run. */
  private async begin(call: RetrievalCall, digest: string): Promise<Intent> {
    const { address, beamline, body } = call;
    const retrieval: Retrieval = {
      id: randomUUID(),
      beamline,
      taken: this.handOn.takes(),
      ...parseRetrieval(body, this.rulesFor(beamline)),
    };
    const book = this.pgroups.bookOf(beamline, retrieval.pgroup);
    const noted: Intent[] = [];
    try {
      await book.acquire(retrieval, async (plan) => {
        const intent = { time: Date.now() / 1000, digest, address, retrieval, plan };
        noted.push(intent);
        await this.file.note({ intent });
      });
      return await this.handOver.of(noted[0]);
    } catch (error) {
      for (const intent of noted) await this.takeBack(intent, error);
      throw error;
    }
  }

  private rulesFor(beamline: string): RetrievalRules {
    const { run_layout, longest_retrieval } = this.settings;
    const detectors = this.detectors.of(beamline);
    return { layout: run_layout, longest: longest_retrieval, detectors };
  }

  /** @param ended called when it is recorded, or taken back */
  private proposalOf(intent: Intent, ended: () => void): AcquisitionProposal {
    const requests = requestsOf(intent, !this.settings.audit_trail_only);
    const answer = answerOf(intent);
    return {
      requests,
      reply: answer.reply,
      recorded: () => {
        this.file.noteLater(answer);
        this.statistics.acquired(requests);
        this.tally.count('accepted');
        this.logger.log('retrieval accepted', fieldsOfIntent(intent));
        this.handOver.notify(intent);
        ended();
      },
      failed: async (error) => {
        await this.takeBack(intent, error);
        ended();
      },
    };
  }

  /** Removes a run's acquisition that is not recorded; its numbers stay taken. */
  private async takeBack(intent: Intent, cause: unknown): Promise<void> {
    const { retrieval, plan } = intent;
    this.tally.count('undone');
    this.logger.warn('retrieval taken back', { ...fieldsOfIntent(intent), error: cause });
    try {
      await this.books.of(plan.raw).undo(retrieval, plan);
    } catch (error) {
      const message = 'files of a retrieval that failed could not be removed';
      this.logger.error(message, { ...fieldsOfIntent(intent), error });
    }
    try {
      // On disk before the call fails: else a successor would carry it on.
      await this.file.note({ undone: retrieval.id });
    } catch (error) {
      const message =
        'end of a retrieval that failed could not be saved; the next broker may carry it on';
      this.logger.error(message, { ...fieldsOfIntent(intent), error });
    }
  }
}
