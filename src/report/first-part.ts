import type { Held } from './held.js';

/** Requests that one report names. */
export const MOST_NAMED = 1000;
/** Characters of them, so that a report stays within its limit. */
const MOST_CHARACTERS = 900_000;

/** How many of the requests that a writer holds, from the first on, are named in one report. */
export function firstPart(held: Iterable<Held>): number {
  let count = 0;
  let characters = 0;
  for (const each of held) {
    characters += JSON.stringify(each).length;
    if (count === MOST_NAMED || (characters > MOST_CHARACTERS && count > 0)) break;
    count++;
  }
  return count;
}
