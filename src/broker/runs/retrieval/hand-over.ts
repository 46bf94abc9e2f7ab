import { Injectable } from '@nestjs/common';
import { RunBooks } from '../../../runs/run-book.js';
import { EpicsNotifier } from '../../acquisition/epics-notifier.js';
import { HandOn } from '../hand-on/hand-on.js';
import type { Intent } from './retrieval-line.js';
import { RetrievalsFile } from './retrievals-file.js';

/** Gives others their parts of a retrieval, PVs and detectors, once; also where a predecessor ended. */
@Injectable()
export class HandOver {
  constructor(
    private readonly handOn: HandOn,
    private readonly books: RunBooks,
    private readonly file: RetrievalsFile,
    private readonly epics: EpicsNotifier,
  ) {}

  /**
   * Waits until others have taken their parts, or are known not to.
   *
   * @returns the retrieval with what is left of its plan
   * @throws RetrievalNotSaved, and what `RunBook.withdraw` throws
   */
  async of(intent: Intent): Promise<Intent> {
    const { retrieval, plan } = intent;
    const { id, taken, pvs, detectors } = retrieval;
    const isAsked =
      (taken.pvs && pvs.length > 0) || (taken.detectors && Object.keys(detectors).length > 0);
    if (!isAsked || this.file.state.handedOn.has(id)) return intent;
    const { notWritten, notification } = await this.handOn.send(retrieval, plan);
    const isWhole = Object.keys(notWritten).length === 0;
    const left = isWhole
      ? plan
      : await this.books.of(plan.raw).withdraw(retrieval, plan, notWritten);
    await this.file.note({ handed_on: id, plan: left, ...(notification && { notification }) });
    return { ...intent, plan: left, notification };
  }

  /** Tells the EPICS writer of PVs that it is to write, after the reply. */
  notify({ notification, retrieval }: Intent): void {
    if (!notification) return;
    // After this turn of the event loop, in which the answer is written.
    setImmediate(() => this.epics.notify(notification, retrieval.id));
  }
}
