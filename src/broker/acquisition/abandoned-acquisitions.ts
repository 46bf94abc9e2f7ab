import { Injectable } from '@nestjs/common';
import { Ledger } from '../ledger/ledger.js';
import type { Reply } from '../http/reply.interceptor.js';
import { requestIdsOf } from '../../request/write-request.js';
import { AbandonedFile, KEPT, type KeptAcquisition } from './abandoned-file.js';
import { type AcquisitionProposal, AcquisitionService } from './acquisition.service.js';
import { completedRange } from './completion.js';
import { AcquisitionCompleted, AcquisitionUnderWay, UnknownAcquisition } from './errors.js';
import type {
  AcquisitionHead,
  AcquisitionState,
  AcquisitionRecord,
  CompletionReply,
} from './replies.js';

/** The acquisitions that were abandoned while they were receiving, and what becomes of them. */
@Injectable()
export class AbandonedAcquisitions {
  constructor(
    private readonly file: AbandonedFile,
    private readonly acquisition: AcquisitionService,
    private readonly ledger: Ledger,
  ) {}

  /** Newest first. */
  list(states: ReadonlySet<AcquisitionState>, limit: number): AcquisitionHead[] {
    return this.file
      .newestFirst()
      .filter(({ head }) => head.id !== this.acquisition.id)
      .map((entry) => this.headOf(entry))
      .filter(({ state }) => states.has(state))
      .slice(0, limit);
  }

  /** @throws UnknownAcquisition, AbandonedUnreadable */
  async record(id: string): Promise<AcquisitionRecord> {
    const entry = id === this.acquisition.id ? undefined : this.file.get(id);
    const whole = entry && (await this.file.read(id));
    if (!whole) throw new UnknownAcquisition(id, KEPT);
    const { parameters, channels } = whole;
    return { ...this.headOf(entry), channels, parameters };
  }

  /**
   * The requests of an acquisition whose stop comes late. Calls must not overlap, recording included.
   *
   * @throws UnknownAcquisition, AcquisitionUnderWay, AcquisitionCompleted, InvalidCompletion,
   * AbandonedUnreadable
   */
  async complete(id: string, body: unknown): Promise<AcquisitionProposal> {
    if (id === this.acquisition.id) throw new AcquisitionUnderWay(id);
    const entry = this.file.get(id);
    if (!entry) throw new UnknownAcquisition(id, KEPT);
    if (this.headOf(entry).state === 'completed') throw new AcquisitionCompleted(id);
    const range = completedRange(body, entry.head);
    const whole = await this.file.read(id);
    if (!whole) throw new UnknownAcquisition(id, KEPT);
    const { output_file: outputFile, parameters, channels } = whole;
    const proposal = this.acquisition.propose({ id, parameters, outputFile, channels }, range);
    const reply: Reply<CompletionReply> = {
      status: this.acquisition.status,
      request_ids: proposal.requests.map(({ request }) => request.request_id!),
    };
    return { ...proposal, reply };
  }

  private headOf({ head, completed }: KeptAcquisition): AcquisitionHead {
    if (completed) {
      const { completed: _id, ...pulses } = completed;
      return { ...head, state: 'completed', completed: pulses };
    }
    // A broker that was killed after it recorded the requests has no note of it.
    const isRecorded = requestIdsOf(head.id).some((id) => this.ledger.lookup.knows(id));
    return { ...head, state: isRecorded ? 'completed' : 'abandoned' };
  }
}
