import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { UnsupportedEncoding } from './errors.js';

/**
 * What undoes a reply's encodings, in this order; nothing to do for most, as identity is asked for,
 * but a proxy may compress all the same.
 *
 * @param header the reply's `content-encoding`
 * @throws UnsupportedEncoding
 */
export function decodersOf(header: string | readonly string[] | undefined, url: string): Duplex[] {
  return [header ?? []]
    .flat()
    .join(',')
    .toLowerCase()
    .split(',')
    .reverse()
    .flatMap((encoding) => decoderOf(encoding.trim(), url) ?? []);
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
