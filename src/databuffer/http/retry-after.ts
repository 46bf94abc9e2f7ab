/** Statuses by which a server says that it has too much to do. */
const STATUSES = new Set([429, 503]);
/** However long a server wants to be left alone: data is forgotten meanwhile. */
const MAX_S = 900;

/**
 * For how many seconds a server wants not to be asked again, 900 at most; undefined where it does not say.
 *
 * @param value of its header `Retry-After`: seconds, or an HTTP date
 * @param now ms since the epoch; a date is compared with it
 */
export function retryAfter(
  status: number,
  value: string | string[] | undefined,
  now: number,
): number | undefined {
  const [text] = [value].flat();
  if (text === undefined || !STATUSES.has(status)) return undefined;
  const seconds = /^\s*\d+\s*$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(seconds, 0), MAX_S);
}
