import { IsDefined, IsOptional, validateSync } from 'class-validator';
import type { AbandonedHead } from '../../audit/abandoned-line.js';
import { InvalidCompletion } from './errors.js';
import type { FieldProblem } from '../../request/errors.js';
import { plainNumber } from '../../request/exact-json.js';
import type { Integer } from '../../request/integer.js';
import { IsPulseId } from '../../request/is-pulse-id.js';
import type { PulseRange } from '../../request/pulse-range.js';

/** The stop that an abandoned acquisition lacks. */
export class Completion {
  /**
   * Its last pulse id.
   *
   * @minimum 0
   * @maximum 9007199254740992
   * @example 1299
   */
  @IsPulseId()
  @IsDefined({ message: 'is missing: give the last pulse id' })
  stop_pulse_id!: Integer;

  /**
   * Its first pulse id: its start, which counts by default, or one of its earlier starts.
   *
   * @minimum 0
   * @maximum 9007199254740992
   */
  @IsPulseId()
  @IsOptional()
  start_pulse_id?: Integer;
}

const FIELDS: readonly string[] = [
  'stop_pulse_id',
  'start_pulse_id',
] satisfies (keyof Completion)[];

/**
 * The pulses that a call asks for to complete an acquisition.
 *
 * @param body as it came
 * @throws InvalidCompletion with every problem at once
 */
export function completedRange(body: unknown, acquisition: AbandonedHead): PulseRange {
  const { stop_pulse_id: endPulseId, start_pulse_id } = parseCompletion(body);
  const { start_pulse_id: usual, earlier_starts: earlier } = acquisition;
  const starts = [usual, ...earlier.map(({ start_pulse_id: pulseId }) => pulseId)];
  const startPulseId = start_pulse_id ?? usual;
  if (!starts.includes(startPulseId)) {
    throw new InvalidCompletion([
      {
        field: 'start_pulse_id',
        problem: `is no start of this acquisition: choose ${listed(starts)}`,
      },
    ]);
  }
  if (endPulseId < startPulseId) {
    const lower = starts.filter((each) => each <= endPulseId);
    const choice = lower.length > 0 ? `, or as start_pulse_id ${listed(lower)}` : '';
    const problem = `is lower than start pulse id ${startPulseId}: give ${startPulseId} or more${choice}`;
    throw new InvalidCompletion([{ field: 'stop_pulse_id', problem }]);
  }
  return { startPulseId, endPulseId };
}

function parseCompletion(body: unknown): Completion {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidCompletion([{ field: 'the body', problem: 'must be a JSON object' }]);
  }
  const unknown = Object.keys(body).filter((key) => !FIELDS.includes(key));
  const known = Object.entries(body).filter(([key]) => FIELDS.includes(key));
  const completion = Object.assign(
    new Completion(),
    Object.fromEntries(known.map(([key, value]) => [key, plainNumber(value)])),
  );
  const problems: FieldProblem[] = [
    ...validateSync(completion, { stopAtFirstError: true }).map(
      ({ property, constraints = {} }) => ({
        field: property,
        problem: Object.values(constraints)[0],
      }),
    ),
    ...unknown.map((key) => ({
      field: key.slice(0, 40),
      problem: `is not known: use ${FIELDS.join(', ')}`,
    })),
  ];
  if (problems.length > 0) throw new InvalidCompletion(problems);
  return completion;
}

/** As many as people read. */
function listed(pulseIds: readonly number[]): string {
  const shown = pulseIds.slice(0, 10).join(' or ');
  return pulseIds.length > 10 ? `${shown} (or one of ${pulseIds.length - 10} more)` : shown;
}
