import { readTrail } from '../../audit/read-trail.js';
import { outputFileOf } from '../../request/parse-write-request.js';
import { requestKey } from '../../request/request-key.js';
import { type RequestIdentity, identityOf, sortKeyOf } from '../../request/request-order.js';
import type { WriteRequest } from '../../request/write-request.js';
import { trailsAmong } from './named-trails.js';

/** A recorded write request: where it is, and the facts that tell which files are its own. */
export interface LocatedRequest {
  readonly file: string;
  readonly lineNumber: number;
  readonly time: Date;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly id: string | undefined;
  readonly identity: RequestIdentity;
  /** The same for the same request wherever it stands. */
  readonly key: string;
  /** Of the request that it acquires again. */
  readonly replayOf: string | undefined;
  /** As the request has it. */
  readonly outputFile: string | undefined;
  /** Where its file is to have its channels: at the root, if it says so. */
  readonly layout: WriteRequest['layout'];
}

/**
 * The requests in trails and `.err` files, each once, in the order in which they were recorded. What they ask for
 * is left in the files: 100,000 of them take 50 MB. Other files of a broker are passed over.
 *
 * @param onDamaged hears of lines without a request, and of files that are not trails
 * @throws TrailUnreadable; Error for a file of another kind
 */
export async function recordedRequests(
  files: readonly string[],
  onDamaged: (text: string) => void,
): Promise<LocatedRequest[]> {
  const found = new Map<string, LocatedRequest>();
  for (const file of await trailsAmong(files, onDamaged)) {
    for await (const line of readTrail(file)) {
      if (line.damaged !== undefined) {
        const { lineNumber, damaged, offset } = line;
        onDamaged(`${file}: line ${lineNumber} ${damaged}, from byte ${offset} on`);
        continue;
      }
      const { lineNumber, time, request } = line;
      const key = requestKey(request);
      if (found.has(key)) continue;
      found.set(key, {
        file,
        lineNumber,
        time,
        timestamp: request.timestamp,
        id: idOf(request),
        identity: identityOf(request),
        key,
        replayOf: typeof request.replay_of === 'string' ? request.replay_of : undefined,
        outputFile: outputFileOf(request),
        layout: request.layout,
      });
    }
  }
  return [...found.values()].sort((a, b) => sortKeyOf(a.identity) - sortKeyOf(b.identity));
}

function idOf({ request_id: id }: WriteRequest): string | undefined {
  return typeof id === 'string' ? id : undefined;
}
