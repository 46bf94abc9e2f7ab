import { GivenBack } from '../given-back.js';
import { type Claim, type Scene, hindranceOf, isHopeless } from './turns.js';

/** After the number of places was lowered, one more is given out each time that so long has passed. */
const RAISE_AFTER_MS = 30_000;

/**
 * Jobs that may stand aside beyond the number of places. Each has a thread with a file open: some tens of MB
 * of memory, and a few descriptors.
 */
const MORE_ASIDE = 8;

interface Waiting {
  readonly claim: Claim;
  readonly goesOn: boolean;
  readonly admit: () => void;
}

/**
 * Places for jobs. Live ones come before background ones; of those of a lane whoever waited for data and goes
 * on comes first, then first come, first served. Where the machine has too little left for all of them at
 * once, fewer are given out for a while: who finds none waits, and fails by nothing.
 */
export class Places {
  /** In the order in which they are served. */
  private readonly lines = Array.from({ length: 4 }, () => new Set<Waiting>());
  private readonly running = new Map<Claim, number>();
  private readonly aside = new Set<Claim>();
  private current: number;
  private readonly aloneWaiting = new Set<Claim>();
  private changedAt = 0;

  constructor(private readonly most: number) {
    this.current = most;
  }

  /** Places that are given out at present. */
  get limit(): number {
    return this.current;
  }

  get taken(): number {
    return this.running.size;
  }

  /** Jobs that have given their place up while they wait for data. */
  get standingAside(): number {
    return this.aside.size;
  }

  /** Whether a job would have to wait for a place. */
  isHindered(claim: Claim): boolean {
    return hindranceOf(claim, this.scene) !== undefined;
  }

  /** Whether a job would have to wait for a place, most likely for long. */
  isHopeless(claim: Claim): boolean {
    return this.isHindered(claim) && isHopeless(claim, this.scene, performance.now());
  }

  /**
   * Waits for a place.
   *
   * @param patience ms; without one it waits as long as it takes, as one does that is to run alone, unless
   *   another one is
   * @throws the reason of `giveUp`; GivenBack when the patience is over, at once where it would be in vain
   */
  async take(claim: Claim, giveUp: AbortSignal, patience?: number): Promise<void> {
    giveUp.throwIfAborted();
    if (!this.isHindered(claim)) return this.begin(claim);
    if (patience !== undefined && this.isHopeless(claim)) throw new GivenBack('busy');
    await this.turnOf(claim, giveUp, claim.isAlone ? undefined : patience);
  }

  /** The place goes to who waits, not back to all: nobody can slip in between. */
  leave(claim: Claim): void {
    this.running.delete(claim);
    if (this.aside.delete(claim)) this.forget(claim);
    this.raise();
    this.giveOut();
  }

  /**
   * Gives a place up while its job waits for data. Not where too many do, where the machine has too little
   * left for more threads, or for one that is to run alone: such a job keeps its place.
   */
  standAside(claim: Claim): void {
    if (claim.isAlone || this.current < this.most) return;
    if (this.aside.size >= this.most + MORE_ASIDE) return;
    this.running.delete(claim);
    this.aside.add(claim);
    this.giveOut();
  }

  /** Whether a job has given its place up. */
  isAside(claim: Claim): boolean {
    return this.aside.has(claim);
  }

  /** Waits for a place for a job that has given its own up. Never resolves when it leaves meanwhile. */
  async comeBack(claim: Claim): Promise<void> {
    if (hindranceOf(claim, this.scene, true) === undefined) return this.begin(claim);
    await new Promise<void>((admit) => {
      this.lines[lineOf(claim, true)].add({ claim, goesOn: true, admit });
    });
  }

  /**
   * Has the place of whoever calls given to nobody else, unless it is the last one.
   *
   * @returns whether there are fewer places now
   */
  lower(): boolean {
    const before = this.current;
    this.current = Math.min(before, Math.max(1, this.taken - 1));
    this.changedAt = performance.now();
    return this.current < before;
  }

  private get scene(): Scene {
    const { current: limit, running, aside, aloneWaiting } = this;
    return { limit, running, aside: aside.size, aloneWaits: aloneWaiting.size > 0 };
  }

  /** It waits no more to come back. */
  private forget(claim: Claim): void {
    const line = this.lines[lineOf(claim, true)];
    for (const waiting of line) if (waiting.claim === claim) line.delete(waiting);
  }

  private begin(claim: Claim): void {
    this.aside.delete(claim);
    this.running.set(claim, performance.now());
  }

  private turnOf(claim: Claim, giveUp: AbortSignal, patience?: number): Promise<void> {
    const line = this.lines[lineOf(claim, false)];
    return new Promise<void>((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        giveUp.removeEventListener('abort', onAbort);
        this.aloneWaiting.delete(claim);
      };
      const leave = (reason: Error) => {
        line.delete(waiting);
        end();
        reject(reason);
        if (claim.isAlone) this.giveOut();
      };
      const waiting = { claim, goesOn: false, admit: () => (end(), resolve()) };
      const onAbort = () => leave(giveUp.reason as Error);
      const timer =
        patience === undefined
          ? undefined
          : setTimeout(() => leave(new GivenBack('busy')), patience);
      giveUp.addEventListener('abort', onAbort, { once: true });
      line.add(waiting);
      if (claim.isAlone) this.aloneWaiting.add(claim);
    });
  }

  private giveOut(): void {
    for (const line of this.lines) {
      for (const waiting of line) {
        if (this.taken >= this.current) return;
        if (hindranceOf(waiting.claim, this.scene, waiting.goesOn) !== undefined) continue;
        line.delete(waiting);
        this.begin(waiting.claim);
        waiting.admit();
      }
    }
  }

  private raise(): void {
    if (this.current === this.most || performance.now() - this.changedAt < RAISE_AFTER_MS) return;
    this.current++;
    this.changedAt = performance.now();
  }
}

function lineOf({ lane }: Claim, goesOn: boolean): number {
  return (lane === 'live' ? 0 : 2) + (goesOn ? 0 : 1);
}
