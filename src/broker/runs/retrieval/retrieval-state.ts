import type { Answer, Intent, RetrievalLine, ServedPgroup } from './retrieval-line.js';

/** How long the same call again gets the same reply, in s. */
export const REPEAT_S = 60;

/** Pgroups whose newest retrieval is remembered. */
const MAX_PGROUPS = 1000;

/** What the lines of a retrievals file say, one after another. */
export class RetrievalState {
  /** By id, those that are neither recorded nor taken back. */
  readonly pending = new Map<string, Intent>();
  /** Ids of those whose PVs and detectors others have taken. */
  readonly handedOn = new Set<string>();
  /** By digest, oldest first. */
  private readonly answers = new Map<string, Answer>();
  /** By beamline and pgroup, the one served last at the end. */
  private readonly pgroups = new Map<string, ServedPgroup>();

  apply(line: RetrievalLine): void {
    if ('intent' in line) this.pending.set(line.intent.retrieval.id, line.intent);
    else if ('handed_on' in line) this.handOn(line.handed_on, line);
    else if ('undone' in line) this.end(line.undone);
    else {
      if ('recorded' in line) {
        this.end(line.recorded);
        this.answers.delete(line.digest);
        this.answers.set(line.digest, line);
      }
      this.serve(line.served);
    }
  }

  /** The answer to a call that came before. @param now seconds since the epoch */
  answerTo(digest: string, now: number): Answer | undefined {
    this.forgetOld(now);
    return this.answers.get(digest);
  }

  /** A call that came before and has no answer yet. */
  pendingOf(digest: string): Intent | undefined {
    for (const intent of this.pending.values()) if (intent.digest === digest) return intent;
    return undefined;
  }

  /** Newest first. */
  get served(): ServedPgroup[] {
    return [...this.pgroups.values()].toReversed();
  }

  /** The fewest lines that say the same. @param now seconds since the epoch */
  lines(now: number): RetrievalLine[] {
    this.forgetOld(now);
    const pending = Array.from(this.pending.values(), (intent): RetrievalLine => ({ intent }));
    const handedOn = Array.from(this.handedOn, (id): RetrievalLine => {
      const { plan, notification } = this.pending.get(id)!;
      return { handed_on: id, plan, ...(notification && { notification }) };
    });
    const served = Array.from(this.pgroups.values(), (each): RetrievalLine => ({ served: each }));
    // Answers say as well which pgroup was served: in their order, not in that of all.
    return [...this.answers.values(), ...served, ...pending, ...handedOn];
  }

  private handOn(id: string, { plan, notification }: Pick<Intent, 'plan' | 'notification'>): void {
    const intent = this.pending.get(id);
    if (!intent) return;
    this.pending.set(id, { ...intent, plan, ...(notification && { notification }) });
    this.handedOn.add(id);
  }

  private end(id: string): void {
    this.pending.delete(id);
    this.handedOn.delete(id);
  }

  private serve(served: ServedPgroup): void {
    const key = `${served.beamline} ${served.pgroup}`;
    this.pgroups.delete(key);
    this.pgroups.set(key, served);
    const [oldest] = this.pgroups.keys();
    if (this.pgroups.size > MAX_PGROUPS) this.pgroups.delete(oldest);
  }

  /** Also what is in the future: a clock that was set back must not make an answer last. */
  private forgetOld(now: number): void {
    for (const [digest, answer] of this.answers) {
      if (Math.abs(now - answer.time) > REPEAT_S) this.answers.delete(digest);
    }
  }
}
