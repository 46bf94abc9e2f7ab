import type { HeldWait } from '../../report/held.js';
import { type RequestState, type WaitReason, isSettled } from '../../report/request-state.js';
import type { FailureFacts, Healing } from './failed.js';

/** After so many deaths of writers a request runs alone, and after so many it is given up. */
const ALONE_AFTER = 2;
const GIVEN_UP_AFTER = 5;

/** How far the delivery of a request is. Values never change. */
export interface Delivery {
  readonly state: RequestState;
  /** How often it has been sent. */
  readonly attempt: number;
  /** The writer that names it, in the present attempt. */
  readonly holder?: string;
  /** When the wait for a sign of life ends, in seconds of the events' clock. */
  readonly leaseEnds?: number;
  /** Its queue has it until a writer acknowledges it: it is lost when the queue says so, not when a lease ends. */
  readonly kept?: true;
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
