import {
  ConnectionFailed,
  DataSourceError,
  EmptyReply,
  HttpFailure,
  IncompleteReply,
  InvalidHttp,
  MalformedReply,
  ServerError,
  TimedOut,
  TruncatedReply,
  UndecodableBody,
  UnmappedPulses,
  UnsupportedEncoding,
} from '../errors.js';
import type { Finding } from './finding.js';
import { TooManyRows } from './seen-rows.js';

const AT_ONCE = 'such a request fails at once, and its channels leave no file';
const LATER =
  'such a request is asked for 5 more times within 30 s, then it fails; the broker tries it again later';

const MOVED = 'give the URL that it redirects to';

/** By HTTP status. */
const STATUS_REMEDIES: Readonly<Record<number, string>> = {
  301: MOVED,
  302: MOVED,
  303: MOVED,
  307: MOVED,
  308: MOVED,
  401: 'write the token that it wants into the file of --data_api_headers_file',
  403: 'ask who runs it to admit the user or the token of --data_api_headers_file',
  404: 'give the URL to which queries are posted, with its path',
  405: 'answer POST',
  407: 'put user and password of the proxy into HTTP_PROXY or HTTPS_PROXY',
  429: 'let a writer ask as often as it has to: up to --concurrency questions at once',
};

/** By the system's word. */
const CONNECTION_REMEDIES: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'check the name of the host',
  ECONNREFUSED: 'start the server, or check host and port',
  ECONNRESET: 'answer each question, if only by an error',
  ENOTFOUND: 'check the name of the host',
};

const REMEDIES = [
  [EmptyReply, 'check the names of the channels'],
  [IncompleteReply, 'see what the server says'],
  [InvalidHttp, 'answer by HTTP/1.1'],
  [
    MalformedReply,
    'send the protocol of --data_api_protocol, as docs/your-own-data-buffer.md has it',
  ],
  [ServerError, 'answer a question by a list of channels, an error by its HTTP status'],
  [TimedOut, 'answer sooner, or send what is there by and by'],
  [TruncatedReply, 'send the reply to its end'],
  [UndecodableBody, 'heed Accept-Encoding: identity'],
  [UnmappedPulses, 'map all pulses of which there is data'],
  [UnsupportedEncoding, 'heed Accept-Encoding: identity'],
] as const;

/**
 * A question that was not answered.
 *
 * @param what was asked, for a sentence: `one pulse`
 * @param remedy where there is a better one than the error's own
 * @throws whatever is not the server's failure
 */
export function failing(what: string, error: unknown, remedy?: string): Finding {
  if (error instanceof TooManyRows) {
    const cost = 'files have rows that nobody asked for, or the disk fills up';
    return {
      verdict: 'deviation',
      what: `${what}: ${error.message}`,
      cost,
      remedy: 'send the rows of the asked range alone',
    };
  }
  if (!(error instanceof DataSourceError)) throw error;
  return {
    verdict: 'deviation',
    what: `${what}: ${error.message}`,
    cost: error.transient ? LATER : AT_ONCE,
    remedy: remedy ?? remedyFor(error),
  };
}

function remedyFor(error: DataSourceError): string | undefined {
  if (error instanceof HttpFailure) {
    const isMapping = error.url.endsWith('/query/mapping') && !error.transient;
    return isMapping ? 'answer POST /query/mapping' : STATUS_REMEDIES[error.status];
  }
  if (error instanceof ConnectionFailed) return CONNECTION_REMEDIES[error.reason];
  return REMEDIES.find(([kind]) => error instanceof kind)?.[1];
}
