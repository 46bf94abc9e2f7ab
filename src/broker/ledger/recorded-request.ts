import { parseTrailLine } from '../../audit/trail-line.js';
import { outputFileOf } from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';

/**
 * A request that is in the trail. What is asked of every one is at hand; the whole is parsed again
 * when it is wanted where all there is of it is its line, as after a start there may be very many.
 */
export class RecordedRequest {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly accepted: number;
  readonly outputFile: string | undefined;
  /** False where it is not to be sent. */
  readonly dispatch: boolean;

  /** @param source what the request is to be had from: itself, or a trail line that was understood */
  constructor(
    request: WriteRequest,
    private readonly source: WriteRequest | Buffer = request,
  ) {
    this.id = request.request_id!;
    this.accepted = request.timestamp;
    this.outputFile = outputFileOf(request);
    this.dispatch = request.dispatch !== false;
  }

  get request(): WriteRequest {
    if (!Buffer.isBuffer(this.source)) return this.source;
    const entry = parseTrailLine(this.source.toString());
    if ('damaged' in entry) throw new Error(`The line of request ${this.id} ${entry.damaged}`);
    return entry.request;
  }
}
