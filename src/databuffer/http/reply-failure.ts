import { ConnectionFailed, InvalidHttp, TimedOut, TruncatedReply } from '../errors.js';
import { ContradictoryLengths } from './reply-heads.js';
import type { DownloadLimits } from './download-limits.js';

/** The system's words for what may be better in a moment. */
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
  // A proxy that could not make a tunnel.
  'UND_ERR_ABORTED',
  'UND_ERR_SOCKET',
]);

/** Of a certificate that nobody vouches for. */
const UNKNOWN_CA = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const QUOTED_CHARACTERS = 60;

/** The server that was asked, and the time that it has. */
export interface AskedServer {
  readonly url: string;
  readonly limits: DownloadLimits & { readonly connectMs: number };
}

/** Why no headers came. @param wasConnected whether the question was on its way */
export function connectionFailure(
  { url, limits }: AskedServer,
  error: Error,
  wasConnected: boolean,
): Error {
  const reason = reasonOf(error);
  if (error instanceof ContradictoryLengths) return new InvalidHttp(url, reason, error.message);
  switch (reason) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new TimedOut(url, 'connect', limits.connectMs);
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new TimedOut(url, 'first byte', limits.firstByteMs);
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new InvalidHttp(url, reason, 'headers of more than 16 KiB');
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      // Undici's error for any fault of the headers behind a Content-Length.
      return new InvalidHttp(url, reason, 'headers that break off or are malformed');
    default:
      if (isOfParser(error)) return new InvalidHttp(url, reason, wordsOf(error));
      if (error.message === 'bad upgrade') {
        return new InvalidHttp(url, reason, 'a change to another protocol that nobody asked for');
      }
      return new ConnectionFailed(url, reason, TRANSIENT.has(reason), remarkOn(error), {
        cause: error,
        wasConnected,
      });
  }
}

/** The failure in words: with the address, which may be that of a proxy, and with the remedy. */
function remarkOn(error: Error): string {
  const reason = reasonOf(error);
  // OpenSSL's words for an answer that is not TLS, amid others that help nobody.
  if (error.message.includes('wrong version number')) {
    return 'the server does not speak TLS at this port: should the URL begin with http://?';
  }
  const remedy = UNKNOWN_CA.has(reason) ? '; --data_api_ca names a file with the CA to trust' : '';
  return `${error.message || reason}${remedy}`;
}

/** Why the body did not come to its end. @param bytes of it that had come */
export function bodyFailure({ url }: AskedServer, error: Error, bytes: number): Error {
  const reason = reasonOf(error);
  // At the connection's end it has nothing to quote.
  if (!isOfParser(error) || error.data === '') return new TruncatedReply(bytes, error);
  return new InvalidHttp(url, reason, `${wordsOf(error)}, ${bytes} bytes into the body`, true);
}

interface ParserError extends Error {
  /** The bytes that it stumbled on, and what follows. */
  readonly data?: string;
}

/** Of llhttp. */
function isOfParser(error: Error): error is ParserError {
  return error.name === 'HTTPParserError';
}

/** `Expected HTTP/, RTSP/ or ICE/, at "SSH-2.0"` */
function wordsOf({ message, data = '' }: ParserError): string {
  const reason = /\((.+)\)$/.exec(message)?.[1] ?? message;
  return data === '' ? reason : `${reason}, at ${JSON.stringify(data.slice(0, QUOTED_CHARACTERS))}`;
}

function reasonOf(error: Error): string {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error.message;
}
