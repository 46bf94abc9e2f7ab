import type { ReplyHead } from '../messages.js';

/** What a call is answered with. Bytes come piece by piece, an empty piece where only time went by. */
export interface Reply {
  readonly head: ReplyHead;
  readonly pieces: Iterator<Uint8Array>;
}

const PIECE_BYTES = 1024 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Cuts bytes into pieces of a megabyte at most. */
export function* inPieces(blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += PIECE_BYTES) {
      yield block.subarray(at, at + PIECE_BYTES);
    }
    if (block.length === 0) yield block;
  }
}

/** Puts short texts together to pieces. */
export function* textPieces(
  texts: Iterable<string>,
  pieceLength = PIECE_BYTES,
): Generator<Uint8Array> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceLength) continue;
    yield* inPieces([Buffer.from(piece)]);
    piece = '';
  }
  yield* inPieces([Buffer.from(piece)]);
}

export function jsonReply(texts: Iterable<string>, pieceLength?: number): Reply {
  return { head: { contentType: JSON_TYPE }, pieces: textPieces(texts, pieceLength) };
}
