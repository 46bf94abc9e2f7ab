const MAX_KINDS = 1000;

interface Kind {
  passed: number;
  heldBack: number;
  readonly since: number;
}

/**
 * Lets some messages of a kind through in a while, so that nobody from outside can fill the log.
 *
 * Beyond 1000 kinds in a while all others count as one.
 */
export class LogThrottle {
  private readonly kinds = new Map<string, Kind>();

  /**
   * @param intervalMs the while
   * @param most of a kind in a while
   */
  constructor(
    private readonly intervalMs = 60_000,
    private readonly most = 1,
  ) {}

  /**
   * Asks whether a message of this kind may be logged now.
   *
   * @returns how many of the kind were held back since the last that was; undefined: this one is
   *   held back as well
   */
  pass(kind: string): number | undefined {
    const now = performance.now();
    const known = this.kinds.get(kind);
    if (known && now - known.since < this.intervalMs) {
      if (++known.passed <= this.most) return 0;
      known.heldBack++;
      return undefined;
    }
    if (!known && this.kinds.size > MAX_KINDS) {
      this.forgetBefore(now - this.intervalMs);
      if (this.kinds.size > MAX_KINDS) return this.pass('');
    }
    this.kinds.set(kind, { passed: 1, heldBack: 0, since: now });
    return known?.heldBack ?? 0;
  }

  private forgetBefore(time: number): void {
    for (const [kind, { since }] of this.kinds) if (since < time) this.kinds.delete(kind);
  }
}

/** The field of a log line that counts those held back before it. */
export function notLoggedBefore(heldBack: number): { readonly not_logged_before?: number } {
  return heldBack > 0 ? { not_logged_before: heldBack } : {};
}
