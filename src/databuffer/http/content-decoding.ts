import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
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
