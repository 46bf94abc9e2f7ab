import { type Duplex, pipeline, type Readable } from 'node:stream';
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
  inflateSync,
} from 'node:zlib';
import { UnsupportedEncoding } from '../errors.js';

/** Encodings of one reply, each undone by a decoder of its own; more than one is rare. */
const MAX_ENCODINGS = 5;

/**
 * The streams that undo a reply's encodings, in this order; nothing to do for most, as identity is asked for,
 * but a proxy may compress all the same.
 *
 * @param header the reply's `content-encoding`
 * @throws UnsupportedEncoding
 */
export function decodersOf(header: string | readonly string[] | undefined, url: string): Duplex[] {
  const encodings = [header ?? []].flat().join(',').toLowerCase().split(',');
  if (encodings.length > MAX_ENCODINGS) {
    throw new UnsupportedEncoding(url, `${encodings.length} of them, ${MAX_ENCODINGS} at most`);
  }
  return encodings.reverse().flatMap((encoding) => decoderOf(encoding.trim(), url) ?? []);
}

/** The end of a chain of decoders. A failure of any reaches its reader through those behind it. */
export function decoded(source: Readable, decoders: readonly Duplex[]): Readable {
  return decoders.reduce<Readable>(
    (from, decoder) => pipeline(from, decoder, () => undefined),
    source,
  );
}

/** Of a few bytes, so much at most is worth unpacking. */
const MAX_START_BYTES = 1024 * 1024;
const PARTS = { maxOutputLength: MAX_START_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI_PARTS = { ...PARTS, finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** How a body begins of which only this came; nothing where that can't be told. */
export function decodedStart(
  bytes: Uint8Array,
  header: string | readonly string[] | undefined,
): Uint8Array {
  try {
    switch ([header ?? []].flat().join(',').trim().toLowerCase()) {
      case '':
      case 'identity':
        return bytes;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(bytes, PARTS);
      case 'deflate':
        return inflateSync(bytes, PARTS);
      case 'br':
        return brotliDecompressSync(bytes, BROTLI_PARTS);
    }
  } catch {
    // It is quoted if it can be; the status is what counts.
  }
  return new Uint8Array();
}

function decoderOf(encoding: string, url: string): Duplex | undefined {
  switch (encoding) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new UnsupportedEncoding(url, encoding);
  }
}
