import type { FieldProblem } from '../../request/errors.js';
import { fieldProblems } from '../../request/field-problems.js';
import { isJsonObject } from '../../request/json-object.js';
import { InvalidRunCall } from './errors.js';

/**
 * The body of a call about runs as an object of a class, unknown keys included.
 *
 * @param body undefined where the call has none
 * @param more problems that no rule of one field finds; fields of the call may be wrong
 * @throws InvalidRunCall with every problem at once
 */
export function checkedBody<T extends object>(
  body: unknown,
  rules: new () => T,
  more: (call: T) => FieldProblem[] = () => [],
): T {
  if (!isJsonObject(body ?? {})) {
    throw new InvalidRunCall([{ field: 'the body', problem: 'must be a JSON object' }]);
  }
  const call = (body ?? {}) as T;
  const problems = fieldProblems(call, rules);
  const all = [...problems, ...more(call).filter(({ field }) => !isNamed(problems, field))];
  if (all.length > 0) throw new InvalidRunCall(all);
  return call;
}

function isNamed(problems: readonly FieldProblem[], field: string): boolean {
  return problems.some((each) => field === each.field || field.startsWith(`${each.field}[`));
}
