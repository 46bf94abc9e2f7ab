import type { WriteRequest } from './write-request.js';

/** The fields that tell a request from others and order it among them. A hostile value counts as absent. */
export interface RequestIdentity {
  readonly id?: string;
  /** The request that this one acquires again. */
  readonly replayOf?: string;
  /** When the request was made, seconds since the epoch. */
  readonly timestamp?: number;
  /** The trail that `sequence` belongs to. Both are there, or neither. */
  readonly trailId?: string;
  /** Higher than that of every request recorded in the same trail before. */
  readonly sequence?: number;
}

const TRAIL_ID = /^[\w-]{1,64}$/;

/** The identity that a write request carries, in a trail, an `.err` file or on the wire. */
export function identityOf(request: Partial<WriteRequest>): RequestIdentity {
  return identityFrom(request, request.timestamp, request.sequence);
}

/** The identity in the root attributes of an output file. */
export function identityOfFile(attributes: Readonly<Record<string, unknown>>): RequestIdentity {
  return identityFrom(attributes, attributes.request_timestamp, attributes.request_sequence);
}

/**
 * Whether a request, a file or an `.err` line is newer than a request.
 *
 * The trail's order decides, within one trail alone. Where one of the two has no sequence, as those of
 * releases before it, timestamps decide; one that lies in the future is never newer.
 *
 * @param now seconds since the epoch
 */
export function isNewer(found: RequestIdentity, than: RequestIdentity, now: number): boolean {
  if (found.sequence !== undefined && than.sequence !== undefined) {
    return isNewerInTrail(found, than);
  }
  const { timestamp } = found;
  if (timestamp === undefined || than.timestamp === undefined) return false;
  return timestamp > than.timestamp && timestamp <= now;
}

/** Whether both stand in one trail, and `found` behind the other. */
export function isNewerInTrail(found: RequestIdentity, than: RequestIdentity): boolean {
  return (
    found.trailId !== undefined &&
    found.trailId === than.trailId &&
    found.sequence !== undefined &&
    than.sequence !== undefined &&
    found.sequence > than.sequence
  );
}

/**
 * The sort key of requests of several trails and releases: the sequence, which reads as a time in ms, or the
 * timestamp where it is missing.
 */
export function sortKeyOf({ sequence, timestamp }: RequestIdentity): number {
  return sequence ?? (timestamp ?? 0) * 1000;
}

/** Whether two are the same request; those without ids are if they were made at the same moment. */
export function isSameRequest(one: RequestIdentity, other: RequestIdentity): boolean {
  if (one.id !== undefined || other.id !== undefined) return one.id === other.id;
  return one.timestamp !== undefined && one.timestamp === other.timestamp;
}

/** Whether two are the same request, or one acquires the other again, or both a third one. */
export function isSameOrReplay(one: RequestIdentity, other: RequestIdentity): boolean {
  const ids = [other.id, other.replayOf].filter((id) => id !== undefined);
  return (
    isSameRequest(one, other) ||
    [one.id, one.replayOf].some((id) => id !== undefined && ids.includes(id))
  );
}

/** Whether a value can be a place in a trail. */
export function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Whether a value can be the id of a trail. */
export function isTrailId(value: unknown): value is string {
  return typeof value === 'string' && TRAIL_ID.test(value);
}

function identityFrom(
  ids: { readonly request_id?: unknown; readonly replay_of?: unknown; readonly trail_id?: unknown },
  timestamp: unknown,
  sequence: unknown,
): RequestIdentity {
  const { request_id: id, replay_of: replayOf, trail_id: trailId } = ids;
  const isPlaced = isTrailId(trailId) && isSequence(sequence);
  return {
    id: typeof id === 'string' ? id : undefined,
    replayOf: typeof replayOf === 'string' ? replayOf : undefined,
    timestamp: Number.isFinite(timestamp) ? (timestamp as number) : undefined,
    trailId: isPlaced ? trailId : undefined,
    sequence: isPlaced ? sequence : undefined,
  };
}
