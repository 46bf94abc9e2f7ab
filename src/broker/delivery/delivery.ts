import type { HeldState } from '../../report/held.js';
import { type RequestState, type WaitReason, isSettled } from '../../report/request-state.js';
import type { WriteState } from '../../report/write-report.js';

/** The longest wait before a request that no writer names is sent once more, in leases. */
const MAX_WAIT = 10;

/** The fate of a request that was sent and that no writer names. */
export type Unnamed = 'again' | 'held_back' | 'unconfirmed';

/** A request that failed for a cause that can pass, and is tried again by itself. */
export interface Healing {
  /** When it failed for the first time, seconds since the epoch. */
  readonly since: number;
  readonly failures: number;
  /** When it is tried again at the latest, in seconds of the events' clock. */
  readonly due: number;
}

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
  /** Set from its first passing failure on: `failed` is not the end then, though final for whoever waits. */
  readonly healing?: Healing;
  /** How often a writer died while it wrote it. */
  readonly deaths?: number;
  /** It is `recorded` as it was cancelled. */
  readonly cancelled?: boolean;
}

/** Accepted, and not sent yet. */
export const ACCEPTED: Delivery = { state: 'queued', attempt: 0 };

export type DeliveryEvent =
  /** It is handed over, which is one more attempt. */
  | { readonly type: 'sent'; readonly leaseEnds: number }
  /** A writer says that it holds it. */
  | {
      readonly type: 'named';
      readonly writer: string;
      readonly attempt: number;
      readonly state: HeldState;
      readonly leaseEnds: number;
    }
  /** A writer reports its outcome. */
  | {
      readonly type: 'outcome';
      readonly attempt: number;
      readonly state: WriteState;
    }
  /** A writer gives it back, or has ended without doing so. */
  | { readonly type: 'returned'; readonly writer: string; readonly attempt: number }
  | { readonly type: 'writer-gone'; readonly writer: string }
  | { readonly type: 'cancelled' }
  /** Its file was replaced by that of an older request, which a slow writer renamed late. */
  | { readonly type: 'overwritten' }
  /** Time goes by. `lease`: how long leases are, in seconds. */
  | {
      readonly type: 'tick';
      readonly now: number;
      readonly lease: number;
      readonly unnamed: Unnamed;
    };

type Tick = Extract<DeliveryEvent, { readonly type: 'tick' }>;

/** Whether nothing more happens to it by itself. */
export function isOver({ state, healing }: Delivery): boolean {
  return isSettled(state) && !(state === 'failed' && healing !== undefined);
}

/** Whether it waits to be sent, for the first time or again. */
export function isWaiting({ state }: Delivery): boolean {
  return state === 'queued' || state === 'returned';
}

/** Whether it was sent, and a writer counts as busy with it. */
export function isUnderWay(delivery: Delivery): boolean {
  const { state, waitsFor } = delivery;
  return !isSettled(state) && !isWaiting(delivery) && waitsFor === undefined;
}

/**
 * The delivery after an event; the same object if the event changes nothing.
 *
 * An attempt that is not the current one counts only for `written`: the file is there, whoever wrote
 * it. (A number above the current one is that of a predecessor's sending whose note was lost.)
 */
export function next(delivery: Delivery, event: DeliveryEvent): Delivery {
  if (isSettled(delivery.state)) return overturned(delivery, event);
  const { attempt } = delivery;
  switch (event.type) {
    case 'sent':
      return isWaiting(delivery)
        ? { ...delivery, state: 'sent', attempt: attempt + 1, leaseEnds: event.leaseEnds }
        : delivery;
    case 'named':
      if (event.attempt < attempt || delivery.state === 'returned') return delivery;
      return {
        state: event.state,
        attempt: event.attempt,
        holder: event.writer,
        leaseEnds: event.leaseEnds,
      };
    case 'outcome':
      if (event.attempt < attempt && event.state !== 'written') return delivery;
      return { state: event.state, attempt: event.attempt };
    case 'returned':
      return event.attempt < attempt || isWaiting(delivery)
        ? delivery
        : { state: 'returned', attempt: event.attempt };
    case 'writer-gone':
      return delivery.holder === event.writer ? { state: 'queued', attempt } : delivery;
    case 'tick':
      return leased(delivery, event);
    case 'cancelled':
      return isWaiting(delivery) ? { state: 'recorded', attempt, cancelled: true } : delivery;
    case 'overwritten':
      return delivery;
    default:
      return event satisfies never;
  }
}

/** A lease that ran out. If no writer ever named the request, it is unknown which one took it. */
function leased(delivery: Delivery, { now, lease, unnamed }: Tick): Delivery {
  const { attempt, holder, leaseEnds, sentInVain = 0 } = delivery;
  if (leaseEnds === undefined || now < leaseEnds) return delivery;
  if (holder !== undefined) return { state: 'queued', attempt };
  if (unnamed === 'unconfirmed') return { state: 'unconfirmed', attempt };
  const waitEnds = leaseEnds + (Math.min(2 ** sentInVain, MAX_WAIT) - 1) * lease;
  if (unnamed === 'held_back') return waiting(delivery, 'silent_writer');
  if (now < waitEnds) return waiting(delivery, 'growing_wait');
  return { state: 'queued', attempt, sentInVain: sentInVain + 1 };
}

function waiting(delivery: Delivery, waitsFor: WaitReason): Delivery {
  return delivery.waitsFor === waitsFor ? delivery : { ...delivery, waitsFor };
}

/**
 * `written` replaces a failure, and any outcome replaces `unconfirmed`. `written` is final, with one
 * exception: if an older request has replaced the file after all, the request is sent again.
 */
function overturned(delivery: Delivery, event: DeliveryEvent): Delivery {
  const { state, attempt } = delivery;
  if (event.type === 'overwritten') {
    return state === 'written' ? { state: 'queued', attempt } : delivery;
  }
  if (event.type !== 'outcome') return delivery;
  const yields = state === 'unconfirmed' || (state === 'failed' && event.state === 'written');
  return yields ? { state: event.state, attempt: event.attempt } : delivery;
}
