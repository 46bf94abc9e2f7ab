/** Rows of one channel that become one frame. */
export interface Batch {
  readonly rows: number;
  /** Bytes of the values so far. */
  readonly bytes: number;
  add(pulseId: number): void;
  /** The frame, in pieces; the batch begins anew. */
  take(): readonly Buffer[];
}

/** What a frame says besides data. */
export type Item = Readonly<Record<string, string | true>>;

/** How replies are framed. */
export interface Framing {
  readonly batch: Batch;
  /** A frame without data. */
  item(item: Item): Buffer;
}

export const RANGE_FINAL: Item = { rangeFinal: true };
export const KEEPALIVE: Item = { type: 'keepalive' };

/** Bytes of all pieces. */
export function totalLength(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
