import { type RequestHead, broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';

/** Requests of the same name that are looked through; others may lie in other folders. */
const MANY = 100;

/**
 * The newest request that wrote a file; undefined where the broker knows of none.
 *
 * @param file absolute, or relative to some output root
 * @throws Error with the broker's sentence
 */
export async function newestWritten(
  file: string,
  signal?: AbortSignal,
): Promise<RequestHead | undefined> {
  const end = file.replace(/^(\.\/+)+/u, '');
  const isAbsolute = end.startsWith('/');
  const name = isAbsolute ? end : end.slice(end.lastIndexOf('/') + 1);
  if (name === '') return undefined;
  const { data, error } = await broker.GET('/requests', {
    params: { query: { output_file: name, state: 'written', limit: isAbsolute ? 1 : MANY } },
    signal,
  });
  if (!data) throw new Error(messageOf(error));
  return data.requests.find(
    ({ output_file: path = '' }) => path === end || path.endsWith(`/${end}`),
  );
}

/**
 * Whether a file is there still. Where that can't be told, it is taken to be.
 *
 * @param file absolute
 */
export async function isThere(file: string): Promise<boolean> {
  const query = new URLSearchParams({ file, path: '/' });
  const { status } = await fetch(`/files/meta?${query.toString()}`);
  return status !== 404;
}
