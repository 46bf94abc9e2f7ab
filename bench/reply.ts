/** What a data server answers for a workload, prebuilt for one block of pulses. */
export interface Reply {
  /** Bytes of the reply for so many blocks. */
  byteLength(blocks: number): number;
  /** The reply for so many blocks, in pieces that the receiver may keep. */
  pieces(blocks: number): Iterable<Buffer>;
}
