import { displayName } from './channel.js';
import { pulseIdIn } from './pulse-range.js';

/** The pulses that a client chose of the asked range. */
export interface SelectedPulses {
  readonly pulseIds: readonly number[];
  /** Why they can't be told, where they can't; there are none then. */
  readonly problem?: string;
}

/** The `selected_pulse_ids` of a request's parameters; undefined where it names none. */
export function selectedPulsesIn(parameters: {
  readonly selected_pulse_ids?: unknown;
}): SelectedPulses | undefined {
  const { selected_pulse_ids: list } = parameters;
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) return { pulseIds: [], problem: 'must be a list of pulse ids' };
  const pulseIds: number[] = [];
  for (const [i, entry] of (list as unknown[]).entries()) {
    const pulseId = pulseIdIn(entry);
    if (pulseId === undefined) {
      const shown = displayName(JSON.stringify(entry));
      return { pulseIds: [], problem: `has ${shown} at place ${i}, which is no pulse id` };
    }
    pulseIds.push(pulseId);
  }
  return { pulseIds };
}
