import type { RequestHead } from '../../report/request-record.js';
import { type RequestState, isSettled } from '../../report/request-state.js';
import type { RequestChange } from '../ledger/request-changes.js';

/** What listeners are told of a request, in the facility's words. */
export const ACTIONS = [
  'write_request',
  'write_start',
  'write_finished',
  'write_rejected',
] as const;
export type Action = (typeof ACTIONS)[number];

/** One thing to tell of a life of a request: it begins anew after each failure that counts. */
export interface Telling {
  readonly action: Action;
  readonly life: string;
  /** Why it came to nothing, one reason a line. */
  readonly message?: string;
}

interface Life {
  readonly name: string;
  told: 'nothing' | 'request' | 'start';
}

/** Endings without a file or a failure, which are told where the request itself was. */
const SUPERSEDED = 'superseded: a newer request for the same file has taken its place';
const UNCONFIRMED =
  'unconfirmed: its writer does not report, so that it is unknown whether the file was written';
const CANCELLED = 'cancelled before it was written';

/**
 * Decides what listeners are told when something is known anew of a request: that it was sent, then that it is
 * being written, then how it ended. Each is told once, and in this order.
 *
 * It knows only what this broker has told. What its predecessor told follows from the records: a request that was
 * sent had been announced, and its start is told again rather than not at all.
 */
export class ToldLives {
  private readonly lives = new Map<string, Life>();

  /** Requests whose end is still to be told. */
  get size(): number {
    return this.lives.size;
  }

  /** @returns what is to be told now, in order */
  next({ kind, head, before }: RequestChange): readonly Telling[] {
    if (kind !== 'state') return [];
    if (before === undefined || !isSettled(before)) return this.changed(head, before);
    const { state } = head;
    // Its end was told, and another one is no news but for a file.
    if (isSettled(state) && !isWritten(state)) return [];
    this.reopen(head, before);
    return this.changed(head, undefined);
  }

  private changed(head: RequestHead, before: RequestState | undefined): readonly Telling[] {
    const { state, request_id: id } = head;
    if (state === 'queued' || state === 'returned') {
      if (wasSent(before)) this.lifeOf(head, before);
      return [];
    }
    if (state === 'sent') return this.tell(head, before, 'request');
    if (!isSettled(state)) return this.tell(head, before, 'start');
    const ending = this.endingOf(head, before);
    const tellings = ending ? this.tell(head, before, 'start') : [];
    const life = this.lives.get(id);
    this.lives.delete(id);
    return ending && life ? [...tellings, { ...ending, life: life.name }] : [];
  }

  /** It failed and is tried again, a writer said late that it was written, or its file was replaced. */
  private reopen(
    { request_id: id, failures = 0, attempt }: RequestHead,
    before: RequestState,
  ): void {
    // Failures are counted where they heal, and then tell the lives of a request apart, after a restart as well.
    const isCounted = before === 'failed' && failures > 0;
    const name = isCounted ? `${failures}` : `${failures} after ${attempt}`;
    this.lives.set(id, { name, told: 'nothing' });
  }

  /** How a request ended; undefined where nobody was told of it before, and nothing came of it. */
  private endingOf(
    head: RequestHead,
    before: RequestState | undefined,
  ): Omit<Telling, 'life'> | undefined {
    const { request_id: id, state, cancelled = false, failure } = head;
    if (isWritten(state)) return { action: 'write_finished' };
    if (state === 'failed') {
      return { action: 'write_rejected', message: failure?.message ?? 'for unknown reasons' };
    }
    const { told } = this.lives.get(id) ?? { told: wasSent(before) ? 'request' : 'nothing' };
    if (told === 'nothing') return undefined;
    if (state === 'superseded') return { action: 'write_rejected', message: SUPERSEDED };
    if (state === 'unconfirmed') return { action: 'write_rejected', message: UNCONFIRMED };
    return cancelled ? { action: 'write_rejected', message: CANCELLED } : undefined;
  }

  /** What was not told yet, up to the request or its start. */
  private tell(
    head: RequestHead,
    before: RequestState | undefined,
    upTo: 'request' | 'start',
  ): Telling[] {
    const life = this.lifeOf(head, before);
    const tellings: Telling[] = [];
    if (life.told === 'nothing') tellings.push({ action: 'write_request', life: life.name });
    if (life.told !== 'start' && upTo === 'start') {
      tellings.push({ action: 'write_start', life: life.name });
    }
    if (life.told !== 'start') life.told = upTo;
    return tellings;
  }

  private lifeOf(head: RequestHead, before: RequestState | undefined): Life {
    const { request_id: id, state, failures = 0 } = head;
    const known = this.lives.get(id);
    if (known) return known;
    // The failure that is told now counts already where it heals, or healed before.
    const failuresBefore = state === 'failed' ? Math.max(failures - 1, 0) : failures;
    const life: Life = { name: `${failuresBefore}`, told: wasSent(before) ? 'request' : 'nothing' };
    this.lives.set(id, life);
    return life;
  }
}

function isWritten(state: RequestState): boolean {
  return state === 'written' || state === 'skipped';
}

/** Whether a request in this state was sent before, which is noted on disk: it waits `queued` for the first time. */
function wasSent(state: RequestState | undefined): boolean {
  return state !== undefined && state !== 'queued' && !isSettled(state);
}
