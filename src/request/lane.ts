/**
 * Which requests go first. `live`: what the beamline asks for now; `background`: what is acquired again,
 * healing, and what clients submit unless they say `live`.
 */
export const LANES = ['live', 'background'] as const;
export type Lane = (typeof LANES)[number];

export function isLane(value: unknown): value is Lane {
  return value === 'live' || value === 'background';
}

/** The lane of a request; one of a release without lanes is in the background if it is a replay. */
export function laneOf({
  lane,
  replay_of,
}: {
  readonly lane?: unknown;
  readonly replay_of?: unknown;
}): Lane {
  if (isLane(lane)) return lane;
  return replay_of === undefined ? 'live' : 'background';
}
