import type { Look } from '../look.js';
import { type Line, as, wrapped } from './line.js';
import { type Size, picture } from './picture.js';
import { age, clock } from './times.js';

/**
 * The picture; where the broker has not answered, that it has not, above what it said last.
 *
 * @param now ms since the epoch
 */
export function pictureOf({ seen, away }: Look, url: string, size: Size, now: number): Line[] {
  if (!away) return seen ? picture(seen, size) : [];
  const { width, height } = size;
  const since = age((now - away.since) / 1000);
  const text = `${url} has not answered for ${since} (${away.reason}). It is asked again each second.`;
  const words = wrapped([as('failed', '!! ')], ['   '], text, width);
  if (!seen) return words;
  const head: Line = [as('attention', `   At ${clock(seen.overview.time)} it was like this:`)];
  const room = height === undefined ? undefined : Math.max(height - words.length - 1, 0);
  return [...words, head, ...picture(seen, { width, height: room }).map(quiet)];
}

function quiet(line: Line): Line {
  return line.map((part) => as('quiet', typeof part === 'string' ? part : part.text));
}
