import { readSync } from 'node:fs';
import type { WriteRequest } from '../../request/write-request.js';
import type { LinePlace } from './growing-file.js';
import { type RequestFacts, requestOn } from './trail-requests.js';

/**
 * A request that is in the trail, whole or as the place of its line: after a start there may be very
 * many, whose lines would fill the memory.
 */
export class RecordedRequest {
  constructor(
    readonly facts: RequestFacts,
    private readonly source: WriteRequest | LinePlace,
  ) {}

  /** The whole of it; undefined where its line is not in its place any more, as the trail was cut off. */
  read(): WriteRequest | undefined {
    if (!('file' in this.source)) return this.source;
    const request = requestOn(lineAt(this.source));
    return request?.request_id === this.facts.id ? request : undefined;
  }
}

// At once: who needs it is in the middle of a change of state, and a line is read within 10 µs.
function lineAt({ file, position, length }: LinePlace): Buffer {
  const line = Buffer.alloc(length);
  return line.subarray(0, readSync(file.fd, line, 0, length, position));
}
