import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { request, type Dispatcher } from 'undici';
import { Connections } from './connections.js';
import {
  ConnectionFailed,
  HttpFailure,
  TimedOut,
  TruncatedReply,
  UnsupportedEncoding,
} from './errors.js';

/** Time limits of a download once there is a connection; there is none on the whole of it. */
export interface DownloadLimits {
  /** From the request sent to the reply's headers: a server that computes first may take long. */
  readonly firstByteMs: number;
  /** Between two pieces of the reply. */
  readonly silenceMs: number;
}

export const DEFAULT_DOWNLOAD_LIMITS: DownloadLimits = {
  firstByteMs: 60_000,
  silenceMs: 30_000,
};

/** One question to a server. */
export interface Download {
  readonly url: string;
  /** JSON text that is posted as it is; without one the URL is just got. */
  readonly body?: string;
  /** The media type to ask for; JSON by default. */
  readonly accept?: string;
  readonly limits?: Partial<DownloadLimits>;
  readonly signal?: AbortSignal;
  /** Those of downloads that follow one another; by default it has one of its own. */
  readonly connections?: Connections;
}

export type ReplyHeaders = Dispatcher.ResponseData['headers'];

/** Bytes of an error reply that are worth quoting. */
const QUOTED_BYTES = 500;

/** What the system says when it may be better in a moment. */
const TRANSIENT = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
]);

/**
 * Asks a question and hands the reply on piece by piece, as it comes from the socket.
 *
 * `take` is synchronous: while it works nothing is read, so a slow receiver slows the server
 * instead of filling memory. A piece belongs to the receiver for the time of the call only.
 *
 * @returns the reply's headers
 * @throws ConnectionFailed, TimedOut, HttpFailure, UnsupportedEncoding, TruncatedReply;
 *   what `take` throws, as it is; the signal's reason when aborted
 */
export async function download(
  question: Download,
  take: (chunk: Uint8Array) => void,
): Promise<ReplyHeaders> {
  const limits = { ...DEFAULT_DOWNLOAD_LIMITS, ...question.limits };
  const connections = question.connections ?? new Connections();
  try {
    const reply = await ask(question, limits, connections);
    if (reply.statusCode !== 200) {
      throw new HttpFailure(question.url, reply.statusCode, await beginning(reply.body));
    }
    await receive(question, limits, reply, take);
    return reply.headers;
  } finally {
    if (question.connections === undefined) await connections.close();
  }
}

async function ask(
  question: Download,
  limits: DownloadLimits,
  { dispatcher, connectMs }: Connections,
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(question.url, {
      method: question.body === undefined ? 'GET' : 'POST',
      headers: {
        ...(question.body !== undefined && { 'content-type': 'application/json' }),
        accept: question.accept ?? 'application/json',
        'accept-encoding': 'identity',
      },
      body: question.body,
      dispatcher,
      headersTimeout: limits.firstByteMs,
      bodyTimeout: limits.silenceMs,
      signal: question.signal,
    });
  } catch (error) {
    question.signal?.throwIfAborted();
    const reason = reasonOf(error);
    if (reason === 'UND_ERR_CONNECT_TIMEOUT') {
      throw new TimedOut(question.url, 'connect', connectMs);
    }
    if (reason === 'UND_ERR_HEADERS_TIMEOUT') {
      throw new TimedOut(question.url, 'first byte', limits.firstByteMs);
    }
    throw new ConnectionFailed(question.url, reason, TRANSIENT.has(reason), error);
  }
}

async function receive(
  question: Download,
  limits: DownloadLimits,
  reply: Dispatcher.ResponseData,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  let bytes = 0;
  let refused: { error: unknown } | undefined;
  const source = decoded(question.url, reply);
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      try {
        take(chunk);
      } catch (error) {
        refused = { error };
        throw error;
      }
    }
  } catch (error) {
    if (refused !== undefined) throw refused.error;
    question.signal?.throwIfAborted();
    if (reasonOf(error) === 'UND_ERR_BODY_TIMEOUT') {
      throw new TimedOut(question.url, 'silence', limits.silenceMs);
    }
    throw new TruncatedReply(bytes, error);
  }
}

/** The reply's bytes. Identity is asked for; a proxy that compresses all the same is understood. */
function decoded(url: string, reply: Dispatcher.ResponseData): Readable {
  const header = reply.headers['content-encoding'] ?? [];
  const encodings = [header].flat().join(',').toLowerCase().split(',').reverse();
  return encodings.reduce<Readable>((source, encoding) => {
    const decoder = decoderOf(encoding.trim(), url);
    // A failure of the source reaches the reader through the decoder, which it destroys.
    return decoder === undefined ? source : pipeline(source, decoder, () => undefined);
  }, reply.body);
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

/** How an error's body begins; a body that breaks off is quoted as far as it came. */
async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      bytes += part.byteLength;
      if (bytes >= QUOTED_BYTES) break;
    }
  } catch {
    // The status is the error to tell; what came of the body is all there is to quote.
  }
  const text = new TextDecoder().decode(Buffer.concat(parts).subarray(0, QUOTED_BYTES));
  return text.replaceAll(/\s+/g, ' ').trim();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error.message;
}
