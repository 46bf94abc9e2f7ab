import type { ClientErrorBody } from '../../http/error-body.js';
import type { RequestError } from '../../request/errors.js';
import { HTTP_STATUS } from './http-status.js';

/** What the facility's own broker calls its errors, where that isn't a failed check of the request. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  unknown_network: 'ValueError',
  malformed_json: 'HTTPError',
  not_declared_json: 'HTTPError',
  too_many_values: 'HTTPError',
  body_too_large: 'HTTPError',
  too_many_bodies: 'HTTPError',
  malformed_call: 'HTTPError',
  ambiguous_address: 'HTTPError',
  wrong_method: 'HTTPError',
  wrong_port: 'HTTPError',
  address_not_allowed: 'HTTPError',
  unexpected_host: 'HTTPError',
  cross_site_call: 'HTTPError',
  too_many_calls: 'HTTPError',
};

/** The codes that clients of the form know beside 200, of calls that are refused whatever they ask for. */
const KEPT = new Set([403, 429]);

/** The status with which an error is answered in that form. @param status of other calls */
export function clientStatus(status: number): number {
  return KEPT.has(status) ? status : 200;
}

/** An error in that form. @param error undefined: an unforeseen one */
export function clientErrorBody(error: RequestError | undefined, message: string): ClientErrorBody {
  return { status: 'error', message, exception: exceptionOf(error) };
}

/** An error may name it itself, as `clientException`. */
function exceptionOf(error: RequestError | undefined): string {
  if (!error) return 'RuntimeError';
  const { code, clientException } = error as { code: string; clientException?: string };
  const usual = (HTTP_STATUS[code] ?? 500) < 500 ? 'ValidationError' : 'OSError';
  return clientException ?? EXCEPTIONS[code] ?? usual;
}
