/** More than the codes in use; unknown codes must not make a label grow. */
const MAX_CODES = 100;
const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/** Counts under codes that somebody else may have chosen. */
export class CodeCounts implements Iterable<readonly [code: string, count: number]> {
  private readonly counts: Map<string, number>;

  /** @param known codes that are there from the start, with 0 */
  constructor(known: Iterable<string> = []) {
    this.counts = new Map([...known].map((code) => [code, 0]));
  }

  /** A code that is malformed or one too many counts as `other`. */
  add(code: string): void {
    const fits = this.counts.has(code) || (this.counts.size < MAX_CODES && CODE.test(code));
    const key = fits ? code : 'other';
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  [Symbol.iterator](): Iterator<readonly [string, number]> {
    return this.counts.entries();
  }
}
