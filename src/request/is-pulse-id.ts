import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isPulseId } from './pulse-range.js';

/** Checks that a field is a pulse id, see {@link isPulseId}. */
export function IsPulseId(
  options: ValidationOptions = { message: 'must be an integer from 0 to 9007199254740992 (2^53)' },
): PropertyDecorator {
  return ValidateBy({ name: 'isPulseId', validator: { validate: isPulseId } }, options);
}
