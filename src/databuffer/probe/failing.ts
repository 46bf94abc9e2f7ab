import { ConnectionFailed, DataSourceError, HttpFailure, TimedOut } from '../errors.js';
import type { Finding } from './finding.js';
import { TooManyRows } from './seen-rows.js';

const AT_ONCE = 'such a request fails at once, and its channels leave no file';
const LATER =
  'such a request is asked for 5 more times within 30 s, then it fails; the broker tries it again later';

/** By HTTP status. */
const STATUS_REMEDIES: Readonly<Record<number, string>> = {
  401: 'write the token that it wants into the file of --data_api_headers_file',
  403: 'ask who runs it to admit the user or the token of --data_api_headers_file',
  404: 'give the URL to which queries are posted, with its path',
  405: 'answer POST',
  407: 'put user and password of the proxy into HTTP_PROXY or HTTPS_PROXY',
  429: 'let a writer ask as often as it has to: up to --concurrency questions at once',
};

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
  if (error instanceof HttpFailure) return STATUS_REMEDIES[error.status];
  if (error instanceof TimedOut) return 'answer sooner, or send what is there by and by';
  if (!(error instanceof ConnectionFailed)) return undefined;
  switch (error.reason) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'check the name of the host';
    case 'ECONNREFUSED':
      return 'start the server, or check host and port';
    default:
      return undefined;
  }
}
