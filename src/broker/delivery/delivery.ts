import type { HeldState, HeldWait } from '../../report/held.js';
import { type RequestState, type WaitReason, isSettled } from '../../report/request-state.js';
import type { WriteState } from '../../report/write-report.js';
import {
  DEADLY,
  type FailureFacts,
  type FailureTime,
  type Healing,
  counted,
  decisive,
  isForAnother,
} from './failed.js';

/** The longest wait before a request that no writer names is sent once more, in leases. */
const MAX_WAIT = 10;
/** After so many deaths of writers a request runs alone, and after so many it is given up. */
const ALONE_AFTER = 2;
const GIVEN_UP_AFTER = 5;

/** The fate of a request that was sent and that no writer names. */
export type Unnamed = 'again' | 'held_back' | 'unconfirmed';

/** How far the delivery of a request is. Values never change. */
export interface Delivery {
  readonly state: RequestState;
  /** How often it has been sent. */
  readonly attempt: number;
  /** The writer that names it, in the present attempt. */
  readonly holder?: string;
  /** When the wait for a sign of life ends, in seconds of the events' clock. */
  readonly leaseEnds?: number;
  /** How many attempts before this one no writer ever named. */
  readonly sentInVain?: number;
  /** Set while its lease has run out and it waits; no writer is busy with it. */
  readonly waitsFor?: WaitReason;
  /** What its holder waits for, without a slot. */
  readonly wait?: HeldWait;
  /** How far its holder is, and since when, for whoever looks whether it moves on. */
  readonly progress?: { readonly mark: string; readonly since: number };
  /** It waits, and a writer that was lost may have it still. */
  readonly mayBeHeld?: boolean;
  /** Writers that are to give it back: they failed, or it stalled there. */
  readonly triedBy?: readonly string[];
  /** Writers at which it made no progress. */
  readonly stalledAt?: readonly string[];
  /** Whether its writer knows that another one may try it, and so leaves no error file. */
  readonly others?: boolean;
  /** A failure that counts at the time given, unless another writer does better by then. */
  readonly undecided?: { readonly until: number; readonly failure: FailureFacts };
  /** How often in a row writers gave it back, and when it may go out again. */
  readonly refused?: { readonly times: number; readonly notBefore: number };
  /** Only its error file is to be left now; the failure is what it comes to. */
  readonly givenUp?: FailureFacts;
  /** Set from its first passing failure on: `failed` is not the end then, though final for whoever waits. */
  readonly healing?: Healing;
  /** A replay took over: it is not tried again by itself. */
  readonly healsNoMore?: boolean;
  /** How often a writer died while it wrote it, and the number of deaths at which it is given up. */
  readonly deaths?: number;
  readonly givenUpAt?: number;
  /** It is `recorded` as it was cancelled. */
  readonly cancelled?: boolean;
}

/** Accepted, and not sent yet. */
export const ACCEPTED: Delivery = { state: 'queued', attempt: 0 };

export type DeliveryEvent =
  /** It is handed over, which is one more attempt. `others`: another writer may try it after this one. */
  | { readonly type: 'sent'; readonly leaseEnds: number; readonly others?: boolean }
  /** A writer says that it holds it. */
  | {
      readonly type: 'named';
      readonly writer: string;
      readonly attempt: number;
      readonly state: HeldState;
      readonly leaseEnds: number;
      readonly wait?: HeldWait;
      /** How far it is: another text where it has moved on. */
      readonly mark?: string;
      readonly now?: number;
    }
  /** A writer reports its outcome; a failure with all that is known of it. */
  | {
      readonly type: 'outcome';
      readonly attempt: number;
      readonly state: WriteState;
      readonly writer?: string;
      readonly failure?: FailureFacts;
      readonly time?: FailureTime;
      /** It left no error file, as another writer is to try it: a broker that was restarted knows by that. */
      readonly isForAnother?: boolean;
    }
  /** A writer gives it back, as it ends. */
  | { readonly type: 'returned'; readonly writer: string; readonly attempt: number }
  /** A writer can't, or is not to, begin it: no attempt. */
  | {
      readonly type: 'refused';
      readonly writer: string;
      readonly attempt: number;
      readonly notBefore: number;
    }
  /** A writer has ended without giving it back. */
  | { readonly type: 'writer-gone'; readonly writer: string }
  /** The process of a writer died while it wrote it, in the attempt given. */
  | { readonly type: 'died'; readonly attempt: number }
  /** Its holder makes no progress. `elsewhere`: another writer is free to try it. */
  | { readonly type: 'stalled'; readonly writer: string; readonly elsewhere: boolean }
  /** A newer request for its file is written. */
  | { readonly type: 'superseded' }
  /** It is acquired again by another request. */
  | { readonly type: 'replayed' }
  | { readonly type: 'cancelled' }
  /** No writer is there but those that have tried it. */
  | { readonly type: 'nobody-else' }
  /** Its error file can't be left by anybody that is there. */
  | { readonly type: 'left-without'; readonly time: FailureTime }
  /** Its file was replaced by that of an older request, which a slow writer renamed late. */
  | { readonly type: 'overwritten' }
  /** Time goes by. `lease`: how long leases are, in seconds. */
  | {
      readonly type: 'tick';
      readonly now: number;
      readonly lease: number;
      readonly unnamed: Unnamed;
    };

/** Events that happen to all requests at once. They change only what is away, or left to another writer. */
export type EventForAll = Extract<DeliveryEvent, { readonly type: 'tick' | 'writer-gone' }>;

type Tick = Extract<DeliveryEvent, { readonly type: 'tick' }>;
type Named = Extract<DeliveryEvent, { readonly type: 'named' }>;
type Outcome = Extract<DeliveryEvent, { readonly type: 'outcome' }>;

/** Whether nothing more happens to it by itself. */
export function isOver(delivery: Delivery): boolean {
  return isSettled(delivery.state) && !isHealing(delivery);
}

/** Whether it failed, and is tried again by itself when its time has come. */
export function isHealing({ state, healing }: Delivery): boolean {
  return state === 'failed' && healing !== undefined;
}

/** Whether it waits to be sent, for the first time or again. */
export function isWaiting({ state }: Delivery): boolean {
  return state === 'queued' || state === 'returned';
}

/** Whether it was sent, and is not settled. */
export function isAway(delivery: Delivery): boolean {
  return !isWaiting(delivery) && !isSettled(delivery.state);
}

/** Whether it was sent, and a writer counts as busy with it. */
export function isUnderWay(delivery: Delivery): boolean {
  const { waitsFor, wait } = delivery;
  return isAway(delivery) && waitsFor === undefined && wait !== 'time' && wait !== 'data';
}

/** Whether it may take a slot at any moment, or has one. */
export function countsForSlots(delivery: Delivery): boolean {
  return isUnderWay(delivery) && delivery.wait !== 'retry';
}

/** Whether it is being carried out in a writer's slot. */
export function takesSlot(delivery: Delivery): boolean {
  const { state, wait } = delivery;
  const isCarriedOut = state === 'retrieving' || state === 'writing';
  return isUnderWay(delivery) && isCarriedOut && wait === undefined;
}

/** Whether it has to run while nothing else does at its writer. */
export function isAlone({ deaths = 0 }: Delivery): boolean {
  return deaths >= ALONE_AFTER;
}

/** Whether too many writers died of it. */
export function isDeadly({
  deaths = 0,
  givenUpAt = GIVEN_UP_AFTER,
}: Pick<Delivery, 'deaths' | 'givenUpAt'>): boolean {
  return deaths >= givenUpAt;
}

/**
 * The delivery after an event; the same object if the event changes nothing.
 *
 * An attempt that is not the current one counts only for `written`: the file is there, whoever wrote
 * it. (A number above the current one is that of a predecessor's sending whose note was lost.)
 */
export function next(delivery: Delivery, event: DeliveryEvent): Delivery {
  if (isOver(delivery)) return overturned(delivery, event);
  const { attempt } = delivery;
  switch (event.type) {
    case 'sent':
      return isAway(delivery) ? delivery : sent(delivery, event);
    case 'named':
      return named(delivery, event);
    case 'outcome':
      return outcome(delivery, event);
    case 'returned':
      return event.attempt < attempt || !isAway(delivery)
        ? delivery
        : back({ ...delivery, attempt: event.attempt }, 'returned');
    case 'refused':
      return event.attempt < attempt || !isAway(delivery) ? delivery : refused(delivery, event);
    case 'writer-gone':
      return isAway(delivery) && delivery.holder === event.writer ? lost(delivery) : delivery;
    case 'died':
      return died(delivery, event.attempt);
    case 'stalled':
      return stalled(delivery, event);
    case 'superseded':
      if (isWaiting(delivery)) return { state: 'superseded', attempt };
      return isHealing(delivery) ? { state: 'failed', attempt } : delivery;
    case 'replayed':
      if (delivery.healsNoMore) return delivery;
      if (isHealing(delivery)) return { state: 'failed', attempt };
      return { ...delivery, healsNoMore: true };
    case 'cancelled':
      return isAway(delivery) ? delivery : { state: 'recorded', attempt, cancelled: true };
    case 'nobody-else':
      return isWaiting(delivery) ? decided(delivery) : delivery;
    case 'left-without':
      return isWaiting(delivery) && delivery.givenUp
        ? counted(delivery, attempt, delivery.givenUp, event.time)
        : delivery;
    case 'tick':
      return later(delivery, event);
    case 'overwritten':
      return delivery;
    default:
      return event satisfies never;
  }
}

/** All that outlasts an attempt. */
function lasting(delivery: Delivery): Partial<Delivery> {
  const { mayBeHeld, triedBy, stalledAt, undecided, givenUp } = delivery;
  const { healing, healsNoMore, deaths, givenUpAt } = delivery;
  const kept = {
    mayBeHeld,
    triedBy,
    stalledAt,
    undecided,
    givenUp,
    healing,
    healsNoMore,
    deaths,
    givenUpAt,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

/** It waits to be sent again; or to be given up, where it is deadly. */
function back(
  delivery: Delivery,
  state: 'queued' | 'returned' = 'queued',
  more: Partial<Delivery> = {},
): Delivery {
  const { attempt, givenUp } = delivery;
  const isGivenUp = givenUp === undefined && isDeadly(delivery);
  return {
    ...lasting(delivery),
    ...(isGivenUp && { givenUp: DEADLY }),
    state,
    attempt,
    ...more,
  };
}

/** Nobody says any more that they have it, and somebody may. */
function lost(delivery: Delivery, more: Partial<Delivery> = {}): Delivery {
  return back(delivery, 'queued', { mayBeHeld: true, ...more });
}

function sent(
  delivery: Delivery,
  { leaseEnds, others }: Extract<DeliveryEvent, { readonly type: 'sent' }>,
): Delivery {
  const { attempt, sentInVain, refused: before } = delivery;
  return {
    ...lasting(delivery),
    ...(sentInVain !== undefined && { sentInVain }),
    ...(before !== undefined && { refused: before }),
    ...(others === true && { others }),
    state: 'sent',
    attempt: attempt + 1,
    leaseEnds,
  };
}

function named(delivery: Delivery, event: Named): Delivery {
  const { writer, attempt, state, leaseEnds, wait, mark = '', now = 0 } = event;
  if (attempt < delivery.attempt || isNoMoreHeld(delivery, attempt)) return delivery;
  if (isTakenFrom(delivery, writer)) return delivery;
  const { progress: before, others, refused: times } = delivery;
  const place = `${writer} ${state} ${mark}`;
  const hasBegun = state !== 'received';
  return {
    ...lasting(delivery),
    ...(others === true && { others }),
    ...(times !== undefined && !hasBegun && { refused: times }),
    ...(wait !== undefined && { wait }),
    ...(event.mark !== undefined && {
      progress: before?.mark === place ? before : { mark: place, since: now },
    }),
    state,
    attempt,
    holder: writer,
    leaseEnds,
  };
}

/** Whether it stalled at that writer, which has it still, and another one is to have it. */
function isTakenFrom({ stalledAt = [], triedBy = [], holder }: Delivery, writer: string): boolean {
  return holder !== writer && stalledAt.includes(writer) && triedBy.includes(writer);
}

/** Whether the writer that names it must have done so before it gave it back, or failed. */
function isNoMoreHeld(delivery: Delivery, attempt: number): boolean {
  if (isAway(delivery) || delivery.mayBeHeld === true) return false;
  const { state, refused: before, attempt: last } = delivery;
  return state === 'returned' || before !== undefined || (attempt === last && last > 0);
}

function outcome(delivery: Delivery, event: Outcome): Delivery {
  const { attempt, state, writer, failure, time } = event;
  const isOld = isHealing(delivery) ? attempt <= delivery.attempt : attempt < delivery.attempt;
  if (isOld && state !== 'written') return delivery;
  if (state !== 'failed' || !time) return { state, attempt };
  const facts = delivery.givenUp ?? (failure && decisive(failure, delivery.undecided?.failure));
  if (!facts) return { state, attempt };
  const isPromised = delivery.others === true || event.isForAnother === true;
  const isTried = delivery.givenUp === undefined && isPromised;
  if (writer !== undefined && isTried && isForAnother(facts)) {
    return back(delivery, 'queued', {
      attempt,
      triedBy: [...(delivery.triedBy ?? []), writer],
      undecided: { until: time.now + time.lease, failure: facts },
    });
  }
  return counted(delivery, attempt, facts, time);
}

function refused(
  delivery: Delivery,
  { notBefore }: Extract<DeliveryEvent, { readonly type: 'refused' }>,
): Delivery {
  const { attempt, refused: before, sentInVain } = delivery;
  return back(delivery, 'queued', {
    attempt: attempt - 1,
    refused: { times: (before?.times ?? 0) + 1, notBefore },
    ...(sentInVain !== undefined && { sentInVain }),
  });
}

function died(delivery: Delivery, attempt: number): Delivery {
  const charged = { ...delivery, deaths: (delivery.deaths ?? 0) + 1 };
  if (isAway(delivery)) return attempt >= delivery.attempt ? lost(charged) : charged;
  return isWaiting(delivery) && isDeadly(charged) ? { ...charged, givenUp: DEADLY } : charged;
}

function stalled(
  delivery: Delivery,
  { writer, elsewhere }: Extract<DeliveryEvent, { readonly type: 'stalled' }>,
): Delivery {
  const { stalledAt = [], triedBy = [] } = delivery;
  if (!isAway(delivery) || delivery.holder !== writer) return delivery;
  const all = stalledAt.includes(writer) ? stalledAt : [...stalledAt, writer];
  // Once: whoever has it then keeps it.
  if (elsewhere && all.length === 1) {
    return lost(delivery, { stalledAt: all, triedBy: [...triedBy, writer] });
  }
  return all === stalledAt ? delivery : { ...delivery, stalledAt: all };
}

function later(delivery: Delivery, tick: Tick): Delivery {
  const { undecided, givenUp } = delivery;
  if (isHealing(delivery)) return delivery;
  if (!isWaiting(delivery)) return leased(delivery, tick);
  if (givenUp || !undecided || tick.now < undecided.until) return delivery;
  return decided(delivery);
}

/** Nobody does better: the failure counts, once its error file is left. */
function decided(delivery: Delivery): Delivery {
  const { undecided, givenUp } = delivery;
  if (!undecided || givenUp) return delivery;
  const { failure } = undecided;
  // Nobody else could try it in time: it is not known whether the one that did was at fault.
  return { ...delivery, undecided: undefined, givenUp: { ...failure, passes: true } };
}

/** A lease that ran out. If no writer ever named the request, it is unknown which one took it. */
function leased(delivery: Delivery, { now, lease, unnamed }: Tick): Delivery {
  const { attempt, holder, leaseEnds, sentInVain = 0 } = delivery;
  if (leaseEnds === undefined || now < leaseEnds) return delivery;
  if (holder !== undefined) return lost(delivery);
  if (unnamed === 'unconfirmed') return { state: 'unconfirmed', attempt };
  const waitEnds = leaseEnds + (Math.min(2 ** sentInVain, MAX_WAIT) - 1) * lease;
  if (unnamed === 'held_back') return waiting(delivery, 'silent_writer');
  if (now < waitEnds) return waiting(delivery, 'growing_wait');
  return lost(delivery, { sentInVain: sentInVain + 1 });
}

function waiting(delivery: Delivery, waitsFor: WaitReason): Delivery {
  return delivery.waitsFor === waitsFor ? delivery : { ...delivery, waitsFor };
}

/**
 * `written` replaces a failure, and a cancel where a writer that was lost had the request still; any outcome
 * replaces `unconfirmed`. `written` is final, with one
 * exception: if an older request has replaced the file after all, the request is sent again.
 */
function overturned(delivery: Delivery, event: DeliveryEvent): Delivery {
  const { state, attempt, cancelled = false } = delivery;
  if (event.type === 'overwritten') {
    return state === 'written' ? { state: 'queued', attempt } : delivery;
  }
  if (event.type !== 'outcome') return delivery;
  const yieldsToFile = state === 'failed' || cancelled;
  const yields = state === 'unconfirmed' || (yieldsToFile && event.state === 'written');
  return yields ? { state: event.state, attempt: event.attempt } : delivery;
}
