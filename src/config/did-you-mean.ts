import { closestMatch } from 'leven';

const MOST_SLIPS = 3;
const SHORTEST_BEGINNING = 3;
const CHOICE = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/**
 * The end of a message about a name that nothing has: `: did you mean --output_root?`. Those that begin with
 * it are meant, as with abbreviated flags, or else the one that it is nearest to.
 *
 * @param written how a name is to be typed where the other one was
 * @returns an empty text where no name is like it
 */
export function didYouMean(
  name: string,
  names: readonly string[],
  written: (name: string) => string = (each) => each,
): string {
  const meant = similar(name, names);
  return meant.length === 0 ? '' : `: did you mean ${CHOICE.format(meant.map(written))}?`;
}

function similar(name: string, names: readonly string[]): readonly string[] {
  const longer = name.length < SHORTEST_BEGINNING ? [] : names.filter((n) => n.startsWith(name));
  if (longer.length > 0) return longer;
  const maxDistance = Math.min(MOST_SLIPS, Math.floor(name.length / 2));
  const nearest = closestMatch(name, names, { maxDistance });
  return nearest === undefined ? [] : [nearest];
}
