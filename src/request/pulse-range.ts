import { InvalidPulseId } from './errors.js';

/** Pulses of an acquisition, both ends included. */
export interface PulseRange {
  readonly startPulseId: number;
  readonly endPulseId: number;
}

const MAX_PULSE_ID = 2 ** 53;

/**
 * The pulse id that a text stands for: a whole number from 0 to 2^53, the largest that every client
 * keeps exactly.
 *
 * @param field how the caller calls it, for the message
 * @throws InvalidPulseId
 */
export function parsePulseId(text: string, field = 'pulse id'): number {
  if (!/^\d{1,30}$/.test(text) || BigInt(text) > MAX_PULSE_ID) {
    throw new InvalidPulseId(field, text);
  }
  return Number(text);
}

/** Whether a value is a pulse id, as {@link parsePulseId} has it. */
export function isPulseId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_PULSE_ID;
}
