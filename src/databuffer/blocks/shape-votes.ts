import { elementsPerValue, sameShape } from '../../rows/row-block.js';

/** Rows that are asked. */
const SAMPLE_ROWS = 64;

/** The shape that most of the sampled rows have. */
export interface ChosenShape {
  readonly shape: readonly number[];
  /** Rows of the sample that have it, and the pulse id of the first of them. */
  readonly rows: number;
  readonly pulseId: number;
}

interface Ballot {
  /** Undefined where the rows only tell how many elements they have. */
  readonly shape: readonly number[] | undefined;
  readonly elements: number;
  readonly isText: boolean;
  readonly pulseId: number;
  rows: number;
}

/** Finds out which shape the values of a channel have, whatever is declared: by its first rows. */
export class ShapeVotes {
  private readonly ballots: Ballot[] = [];
  private sampled = 0;

  /** Whether enough rows were asked. */
  get isComplete(): boolean {
    return this.sampled >= SAMPLE_ROWS;
  }

  /** Whether no row has told a shape. */
  get isEmpty(): boolean {
    return this.ballots.length === 0;
  }

  /**
   * Asks some rows that are alike.
   *
   * @param shape as the rows give it themselves; undefined where they don't
   * @param elements of each; 0 where it has no value to go by
   * @param isText a lone text, which is not a value in a channel of numbers
   */
  add(
    pulseId: number,
    shape: readonly number[] | undefined,
    elements: number,
    isText = false,
    count = 1,
  ): void {
    const rows = Math.min(count, SAMPLE_ROWS - this.sampled);
    if (rows <= 0) return;
    this.sampled += rows;
    if (elements === 0 || (shape && elementsPerValue(shape) !== elements)) return;
    const same = this.ballots.find(
      (each) =>
        each.elements === elements &&
        each.isText === isText &&
        (each.shape === undefined || shape === undefined
          ? each.shape === shape
          : sameShape(each.shape, shape)),
    );
    if (same) same.rows += rows;
    else this.ballots.push({ shape, elements, isText, pulseId, rows });
  }

  /**
   * The shape of most rows. Where none is ahead the declared one counts: undefined is returned; without one, the
   * first of those that most rows have.
   *
   * @param declared what rows have that only tell how many elements they have, if it has as many
   */
  choose(declared: readonly number[] | undefined, isText: boolean): ChosenShape | undefined {
    const chosen: ChosenShape[] = [];
    for (const { shape, elements, rows, pulseId, ...ballot } of this.ballots) {
      if (ballot.isText && !isText) continue;
      const fits = declared !== undefined && elementsPerValue(declared) === elements;
      const own = shape ?? (fits ? declared : [elements]);
      const at = chosen.findIndex((each) => sameShape(each.shape, own));
      if (at < 0) chosen.push({ shape: own, rows, pulseId });
      else chosen[at] = { ...chosen[at], rows: chosen[at].rows + rows };
    }
    const [first, second] = chosen.sort((a, b) => b.rows - a.rows);
    const isAhead = first !== undefined && first.rows !== second?.rows;
    return isAhead || declared === undefined ? first : undefined;
  }
}

/** A problem of a channel whose values have another shape than the declared one, in words. */
export function otherShape(chosen: readonly number[], declared: readonly number[]): string {
  return `[${chosen.join()}] in the data, [${declared.join()}] declared`;
}
