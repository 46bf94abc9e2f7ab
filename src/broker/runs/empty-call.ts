import { isJsonObject } from '../../request/json-object.js';
import { InvalidRunCall } from './errors.js';

/**
 * A call that asks for nothing in particular has no body, or an empty object.
 *
 * @throws InvalidRunCall
 */
export function refuseBody(body: unknown): void {
  if (body === undefined || body === null) return;
  if (!isJsonObject(body)) {
    throw new InvalidRunCall([
      { field: 'the body', problem: 'must be an empty object, or left out' },
    ]);
  }
  const keys = Object.keys(body);
  if (keys.length === 0) return;
  throw new InvalidRunCall(
    keys.map((field) => ({
      field: field.slice(0, 40),
      problem: 'is not known: leave it out, as this call asks for nothing in particular',
    })),
  );
}
