import { IsDefined } from 'class-validator';
import { AcquisitionParameters, parseParameters } from '../../request/acquisition-parameters.js';
import { InvalidParameters } from '../../request/errors.js';
import { plainNumber } from '../../request/exact-json.js';
import type { Integer } from '../../request/integer.js';
import { IsPulseId } from '../../request/is-pulse-id.js';
import type { PulseRange } from '../../request/pulse-range.js';

const MISSING = { message: 'is missing: give a pulse id' };

/** An acquisition whose pulses are past: parameters as for one that begins, and its first and last pulse. */
export class PastAcquisition extends AcquisitionParameters {
  /**
   * Its first pulse id.
   *
   * @minimum 0
   * @maximum 9007199254740992
   * @example 1000
   */
  @IsPulseId()
  @IsDefined(MISSING)
  start_pulse_id!: Integer;

  /**
   * Its last pulse id.
   *
   * @minimum 0
   * @maximum 9007199254740992
   * @example 1299
   */
  @IsPulseId()
  @IsDefined(MISSING)
  stop_pulse_id!: Integer;
}

/**
 * Understands the body of a call that acquires past pulses.
 *
 * @returns its parameters, without the pulses
 * @throws InvalidParameters with every problem at once
 */
export function parsePastAcquisition(body: unknown): {
  readonly parameters: AcquisitionParameters;
  readonly range: PulseRange;
} {
  const { start_pulse_id, stop_pulse_id, ...parameters } = parseParameters(body, PastAcquisition);
  const startPulseId = plainNumber(start_pulse_id) as number;
  const endPulseId = plainNumber(stop_pulse_id) as number;
  if (endPulseId < startPulseId) {
    const problem = `is lower than start pulse id ${startPulseId}: give ${startPulseId} or more`;
    throw new InvalidParameters([{ field: 'stop_pulse_id', problem }]);
  }
  return { parameters, range: { startPulseId, endPulseId } };
}
