import { type ChannelHeader, sameShape } from '../../rows/row-block.js';
import type { ProblemTally } from './problem-tally.js';
import { otherShape, type ShapeVotes } from './shape-votes.js';

/** The facts about a channel that is to be opened. */
type Described = Pick<ChannelHeader, 'type' | 'declared'>;

/**
 * The shape that a channel's first rows say it has, whatever is declared; or that of the rows that are
 * stored, where the channel comes again as it was described before: rows that differ are absent.
 *
 * @param stored what it was opened with, if it has rows
 * @returns undefined where its rows don't tell
 */
export function chosenShape(
  { type, declared }: Described,
  votes: ShapeVotes,
  stored: ChannelHeader | undefined,
  tally: ProblemTally,
): readonly number[] | undefined {
  const chosen = votes.choose(declared, type === 'string');
  const goesOn = stored !== undefined && comesAgain(stored, { type, declared });
  const shape = goesOn ? stored.shape : chosen?.shape;
  if (chosen && declared && sameShape(chosen.shape, shape!) && !sameShape(chosen.shape, declared)) {
    const example = otherShape(chosen.shape, declared);
    tally.count('shape_differs', chosen.pulseId, example, chosen.rows);
  }
  return shape;
}

function comesAgain(stored: ChannelHeader, { type, declared }: Described): boolean {
  if (type !== stored.type) return false;
  return declared === undefined || sameShape(declared, stored.declared ?? stored.shape);
}
