import { ChunkPair } from '../chunk-pair.js';
import { type AskedPoints, pulsesOfPoints } from './asked-points.js';
import { ChannelValues } from './api4-channel.js';
import { isScalar } from '../simulated-channel.js';
import type { Framing } from './framing.js';

/** Limits of a batch; a single row may be larger. */
const BATCH_ROWS = 1000;
const BATCH_BYTES = 2 ** 17;

/** Rows of a frame at most. */
export function* batchesOf(
  points: AskedPoints,
  { batch }: Framing,
  mostRows = BATCH_ROWS,
): Generator<readonly Buffer[]> {
  for (const pulseId of pulsesWithValue(points)) {
    batch.add(pulseId);
    if (batch.rows >= mostRows || batch.bytes >= BATCH_BYTES) yield batch.take();
  }
  if (batch.rows > 0) yield batch.take();
}

/** Points that are null are left out: API 4 has nothing for them. */
export function* pulsesWithValue(points: AskedPoints): Generator<number> {
  const { channel } = points;
  const hasNulls = isScalar(channel) && channel.signal === 'nulls';
  const values = new ChannelValues(channel);
  for (const pulseId of pulsesOfPoints(points)) {
    if (!hasNulls || values.scalar(pulseId) !== null) yield pulseId;
  }
}

/** Copies pieces into chunks of about a megabyte; each is valid until the next but one is asked for. */
export function* chunksOf(frames: Iterable<readonly Buffer[]>): Generator<Buffer> {
  const chunks = new ChunkPair();
  for (const frame of frames) {
    for (const piece of frame) {
      for (let copied = 0; copied < piece.length;) {
        if (chunks.isFull) yield chunks.take();
        copied += chunks.addBytes(piece, copied);
      }
    }
  }
  yield chunks.take();
}
