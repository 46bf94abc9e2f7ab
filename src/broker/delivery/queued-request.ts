import type { WaitReason } from '../../report/request-state.js';
import type { Lane } from '../../request/lane.js';
import { type Delivery, isAway } from './delivery.js';

/** A request, as far as a queue has to know it. */
export interface QueuedRequest {
  readonly id: string;
  /** Undefined, or `/dev/null`, if it makes no file. */
  readonly outputFile: string | undefined;
  readonly lane: Lane;
  delivery: Delivery;
  /** Why it waits for something but its turn, where its delivery does not tell; the queue sets it. */
  blocked: WaitReason | undefined;
}

/** The lane in which a request waits and runs: what heals is in the background, whatever it was. */
export function laneNow({ lane, delivery }: Pick<QueuedRequest, 'lane' | 'delivery'>): Lane {
  return delivery.healing === undefined ? lane : 'background';
}

/** Why a request waits for something but its turn; undefined where it does not. */
export function waitReasonOf({ delivery, blocked }: QueuedRequest): WaitReason | undefined {
  return delivery.waitsFor ?? (isAway(delivery) ? undefined : blocked);
}
