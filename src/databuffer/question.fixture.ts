import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PulseRange } from '../request/pulse-range.js';
import type { Question } from './data-source.js';

/** A question for some channels: over a range of pulse ids, or of times where `range` is something else. */
export function questionFor(channels: readonly string[], range?: PulseRange | object): Question {
  const isByPulse = range !== undefined && 'startPulseId' in range;
  return {
    channels: channels.map((name) => ({ name, backend: 'sf-databuffer' })),
    expected: { channels, range: isByPulse ? range : undefined },
    query: { range },
    spillBuffer: new Uint8Array(1024 * 1024),
    spoolPath: join(tmpdir(), `spool-${randomUUID()}`),
    signal: new AbortController().signal,
  };
}
