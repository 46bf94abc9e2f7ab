/** Failures in a row that other writers did not have, after which a writer gets nothing more. */
const FAILURES = 3;

/**
 * Writers that fail at what others can do, and so get nothing more until their own probes succeed. No I/O and no
 * clock.
 */
export class Quarantine {
  private readonly failures = new Map<string, number>();
  private readonly names = new Set<string>();

  /**
   * A writer did what others had failed at.
   *
   * @param tried the writers that had failed
   * @param useful how many writers are left that get requests: the last one stays
   * @returns the writers that get nothing more from now on
   */
  wrote(writer: string, tried: readonly string[], useful: number): string[] {
    this.failures.delete(writer);
    const caught: string[] = [];
    for (const name of tried) {
      if (this.names.has(name)) continue;
      const failures = (this.failures.get(name) ?? 0) + 1;
      this.failures.set(name, failures);
      if (failures < FAILURES || useful - caught.length <= 1) continue;
      this.names.add(name);
      caught.push(name);
    }
    return caught;
  }

  /**
   * A writer reports, and does not name anything that it can't do: before it reports a failure it does, for as long
   * as its probes fail. Once more is enough then for it to come back here.
   *
   * @returns whether it was in quarantine until now
   */
  isAble(writer: string): boolean {
    if (!this.names.delete(writer)) return false;
    this.failures.set(writer, FAILURES - 1);
    return true;
  }

  has(writer: string): boolean {
    return this.names.has(writer);
  }

  get size(): number {
    return this.names.size;
  }

  forget(writer: string): void {
    this.names.delete(writer);
    this.failures.delete(writer);
  }
}
