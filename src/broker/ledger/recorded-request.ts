import { readSync } from 'node:fs';
import type { WriteRequest } from '../../request/write-request.js';
import { type RequestFacts, requestOn } from './trail-requests.js';

/** Where a line of the trail can be read. Position and length in bytes, without the line's end. */
export interface TrailPlace {
  readonly file: { readonly fd: number };
  readonly position: number;
  readonly length: number;
  /** To be called when it is not needed any more. */
  readonly release?: () => void;
}

/**
 * A request that is in the trail, as the place of its line: there may be very many, whose lines would
 * fill the memory. Whole only where its line is in no file that could be kept open.
 */
export class RecordedRequest {
  constructor(
    readonly facts: RequestFacts,
    private readonly source: WriteRequest | TrailPlace,
  ) {}

  /** The whole of it; undefined where its line is not in its place any more, as the trail was cut off. */
  read(): WriteRequest | undefined {
    if (!('file' in this.source)) return this.source;
    const request = requestOn(lineAt(this.source));
    return request?.request_id === this.facts.id ? request : undefined;
  }

  /** It will not be read again. */
  release(): void {
    if ('file' in this.source) this.source.release?.();
  }
}

// Synchronous: its caller is in the middle of a change of state, and a line is read within 10 µs.
function lineAt({ file, position, length }: TrailPlace): Buffer {
  const line = Buffer.alloc(length);
  return line.subarray(0, readSync(file.fd, line, 0, length, position));
}
