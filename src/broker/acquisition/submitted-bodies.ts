import { createHash } from 'node:crypto';
import type { ComposedRequest, WriteRequest } from '../../request/write-request.js';
import type { RequestLookup } from '../ledger/request-lookup.js';
import { fieldsOf } from '../request-fields.js';
import { KeyUsedAlready } from './errors.js';

/** Submissions that were recorded so recently that the ledger may not have them yet. */
const MAX_RECENT = 1000;

type Submitted = Required<Pick<WriteRequest, 'request_id' | 'body_digest'>> & WriteRequest;

/** Remembers which submissions were recorded, to recognize one that comes again under its key. */
export class SubmittedBodies {
  private readonly recent = new Map<string, string>();

  constructor(private readonly ledger: RequestLookup) {}

  /** A submission was recorded. It is known from now on, and in the ledger a moment later. */
  add({ request_id, body_digest }: Submitted): void {
    this.recent.set(request_id, body_digest);
    const [oldest] = this.recent.keys();
    if (this.recent.size > MAX_RECENT) this.recent.delete(oldest);
  }

  /**
   * Whether a submission was recorded before.
   *
   * @param request what it becomes, its id being the key
   * @param composed the same with what it says
   * @param key that it came with
   * @throws KeyUsedAlready where another one was, under the same key
   */
  async has(
    request: Submitted,
    composed: ComposedRequest,
    key: string = request.request_id,
  ): Promise<boolean> {
    const { request_id: id, body_digest } = request;
    const recent = this.recent.get(id);
    if (recent === undefined && !this.ledger.knows(id)) return false;
    const digest = recent ?? (await this.ledger.record(id))?.body_digest;
    const isSame =
      digest === undefined ? await this.isLike(request, composed) : digest === body_digest;
    if (!isSame) throw new KeyUsedAlready(key, id);
    return true;
  }

  /** As far as the ledger tells: it was not submitted, or recorded by a release without digests. */
  private async isLike(request: Submitted, composed: ComposedRequest): Promise<boolean> {
    const { request_id, replay_of } = request;
    const known = await this.ledger.record(request_id);
    const fields = fieldsOf(composed);
    return (
      // Submitted under its own id, it is the request itself.
      (known?.replay_of === replay_of || replay_of === request_id) &&
      (['output_file', 'start_pulse_id', 'stop_pulse_id'] as const).every(
        (name) => known?.[name] === undefined || known[name] === fields[name],
      )
    );
  }
}

/** What tells one submitted body from another: its SHA-256, in base64. */
export function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64');
}
