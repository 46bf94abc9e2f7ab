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

/** The pulse id that a value of JSON is: some clients give it as text. Undefined where it is none. */
export function pulseIdIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return isPulseId(number) ? number : undefined;
}

/** Whether a value is a pulse id, as {@link parsePulseId} has it. */
export function isPulseId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_PULSE_ID;
}
