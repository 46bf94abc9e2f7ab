import type { ReturnReason } from '../report/report.js';

const REASONS: Readonly<Record<ReturnReason, string>> = {
  redelivered: 'the queue has handed it out too often',
  dead_letter: 'it lay among the dead letters of the queue',
  end: 'the writer ends',
  busy: 'the writer has no free slot',
  tried: 'this writer has tried it, or has it still',
  quarantined: 'this writer is in quarantine',
};

/** A request that goes back to its broker, which keeps it until a writer is free. */
export class GivenBack extends Error {
  override readonly name = 'GivenBack';
  readonly code = 'given_back';

  constructor(readonly reason: ReturnReason) {
    super(`the request was given back: ${REASONS[reason]}`);
  }
}
