import type { KeptReport } from './kept-report.js';

interface Sending {
  /** Whether it is to be sent, for the first time or again. */
  isDue: boolean;
  /** When it was handed over last, ms; undefined before, and while it is under way. */
  handedOver?: number;
}

/**
 * Outcomes that the broker may not have: those that were not handed over, and those that were not long
 * ago, as what is on its way goes down with a broker. The newest of them; a broker that misses one
 * sends the request again, and the file is there. A queue that keeps requests hands it out again itself, as the
 * outcome was never confirmed.
 */
export class UnsettledOutcomes {
  private readonly kept = new Map<KeptReport, Sending>();

  /**
   * @param most that are kept
   * @param doubtMs for how long one that was handed over is in doubt; 0: it is on the queue's disk
   */
  constructor(
    private readonly most: number,
    private readonly doubtMs: number,
  ) {}

  add(outcome: KeptReport): void {
    this.kept.set(outcome, { isDue: true });
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most) this.kept.delete(oldest);
  }

  /** The oldest that is to be sent, which is under way from now on. */
  next(now: number): KeptReport | undefined {
    for (const [outcome, sending] of this.kept) {
      if (sending.isDue) {
        sending.isDue = false;
        sending.handedOver = undefined;
        return outcome;
      }
      if (this.isBeyondDoubt(sending, now)) this.kept.delete(outcome);
    }
    return undefined;
  }

  handedOver(outcome: KeptReport, now: number): void {
    const sending = this.kept.get(outcome);
    if (sending) sending.handedOver = now;
    if (this.doubtMs === 0) this.kept.delete(outcome);
  }

  /** It was not taken: it is due again, after those that were not tried. */
  failed(outcome: KeptReport): void {
    if (this.kept.delete(outcome)) this.kept.set(outcome, { isDue: true });
  }

  /** The broker is gone, and with it what it had not read. */
  sendAgain(now: number): void {
    for (const [outcome, sending] of this.kept) {
      if (this.isBeyondDoubt(sending, now)) this.kept.delete(outcome);
      else sending.isDue = true;
    }
  }

  private isBeyondDoubt({ isDue, handedOver }: Sending, now: number): boolean {
    return !isDue && handedOver !== undefined && now - handedOver > this.doubtMs;
  }
}
