import { type ValidationError, getMetadataStorage, validateSync } from 'class-validator';
import type { FieldProblem } from './errors.js';
import { plainNumber } from './exact-json.js';

/**
 * The problems of a JSON object's fields by the rules of a class, one for each field. Keys without rules
 * are not looked at: there may be any number of them.
 */
export function fieldProblems(body: object, rules: new () => object): FieldProblem[] {
  const checks = getMetadataStorage().getTargetValidationMetadatas(rules, '', false, false);
  const part = new rules() as Record<string, unknown>;
  for (const { propertyName: name } of checks) {
    if (Object.hasOwn(body, name)) part[name] = plainNumber((body as typeof part)[name]);
  }
  return validateSync(part, { stopAtFirstError: true }).map(firstProblem);
}

function firstProblem({ property, constraints }: ValidationError): FieldProblem {
  return { field: property, problem: Object.values(constraints ?? {})[0] ?? 'is not valid' };
}
