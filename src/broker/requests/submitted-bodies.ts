import { createHash } from 'node:crypto';
import type { WriteRequest } from '../../request/write-request.js';
import type { Ledger } from '../ledger/ledger.js';
import { requestFields } from '../request-fields.js';
import { KeyUsedAlready } from './request-errors.js';

/** Of which the whole body is known again; of others what lists have of the request. */
const MOST_BODIES = 10_000;

/** Which submissions were recorded, so that one which comes again under its key is known again. */
export class SubmittedBodies {
  private readonly digests = new Map<string, string>();

  constructor(private readonly ledger: Ledger) {}

  /** A submission was recorded. It is known from now on, and in the ledger a moment later. */
  add(requestId: string, body: string): void {
    this.digests.set(requestId, digestOf(body));
    const [oldest] = this.digests.keys();
    if (this.digests.size > MOST_BODIES) this.digests.delete(oldest);
  }

  /**
   * Whether a submission was recorded before.
   *
   * @param request what it becomes, its id being the key
   * @throws KeyUsedAlready where another one was, under the same key
   */
  async has(
    request: WriteRequest & { readonly request_id: string },
    body: string,
  ): Promise<boolean> {
    const { request_id: id } = request;
    const digest = this.digests.get(id);
    if (digest === undefined && !this.ledger.knows(id)) return false;
    const isSame = digest === undefined ? await this.isLike(request) : digest === digestOf(body);
    if (!isSame) throw new KeyUsedAlready(id);
    return true;
  }

  /** As far as the ledger tells: it was recorded before the broker started, or long ago. */
  private async isLike(request: WriteRequest & { readonly request_id: string }): Promise<boolean> {
    const { request_id, replay_of } = request;
    const known = await this.ledger.record(request_id);
    const fields = { ...requestFields(request), replay_of };
    return (
      // What is submitted under its own id is the request itself.
      (known?.replay_of === replay_of || replay_of === request_id) &&
      (['output_file', 'start_pulse_id', 'stop_pulse_id'] as const).every(
        (name) => known?.[name] === undefined || known[name] === fields[name],
      )
    );
  }
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64');
}
