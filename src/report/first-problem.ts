import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import type { Interruptible } from './in-turns.js';

type Class = new () => object;

interface Field {
  readonly name: string;
  /** Whether the field may be left out, as it is. */
  readonly passes: (object: object, value: unknown) => boolean;
  readonly checks: readonly ((value: unknown) => boolean | Promise<boolean>)[];
  /** The type of the field, or of each of its entries. */
  readonly inner?: { readonly of: Class; readonly each: boolean };
}

/** Entries of a list that are checked without a break: they take about 3 ms. */
const ENTRIES_A_TURN = 1000;

const FIELDS = new Map<Class, readonly Field[]>();

/**
 * Where a plain object is first found not to be what a class declares, e.g. `held.3.state`; undefined
 * where it is nowhere.
 *
 * The checks are those of the class's decorators. class-validator itself, which says all that is wrong
 * and why, takes a hundred times as long, and would need 7 s for 100,000 entries.
 */
export function* firstProblem(object: object, of: Class): Interruptible<string | undefined> {
  for (const { name, passes, checks, inner } of fieldsOf(of)) {
    const value = (object as Record<string, unknown>)[name];
    if (passes(object, value)) continue;
    if (!checks.every((check) => check(value) === true)) return name;
    const within = inner && (yield* problemWithin(value, inner));
    if (within !== undefined) return `${name}${within}`;
  }
  return undefined;
}

function* problemWithin(
  value: unknown,
  { of, each }: NonNullable<Field['inner']>,
): Interruptible<string | undefined> {
  if (!each) return yield* problemOfOne(value, of);
  for (const [index, entry] of (value as unknown[]).entries()) {
    const problem = yield* problemOfOne(entry, of);
    if (problem !== undefined) return `.${index}${problem}`;
    if (index % ENTRIES_A_TURN === ENTRIES_A_TURN - 1) yield;
  }
  return undefined;
}

function* problemOfOne(value: unknown, of: Class): Interruptible<string | undefined> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  const problem = yield* firstProblem(value, of);
  return problem === undefined ? undefined : `.${problem}`;
}

function fieldsOf(of: Class): readonly Field[] {
  const known = FIELDS.get(of);
  if (known) return known;
  const declared = getMetadataStorage().getTargetValidationMetadatas(of, '', false, false);
  const names = [...new Set(declared.map(({ propertyName }) => propertyName))];
  const fields = names.map((name): Field => {
    const own = declared.filter(({ propertyName }) => propertyName === name);
    const nested = own.find(({ type }) => type === 'nestedValidation');
    const conditions = own.filter(({ type }) => type === 'conditionalValidation');
    return {
      name,
      passes: (object, value) =>
        conditions.some(({ constraints: [isThere] }) => {
          return !(isThere as (object: object, value: unknown) => boolean)(object, value);
        }),
      checks: own.filter(({ constraintCls }) => constraintCls).map(checkOf),
      inner: nested && { of: innerClass(of, name, nested.each), each: nested.each },
    };
  });
  FIELDS.set(of, fields);
  return fields;
}

function checkOf({
  constraintCls,
  constraints,
  each,
  propertyName: property,
}: ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number]): Field['checks'][number] {
  const [{ instance }] = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  const facts = { constraints, property, targetName: '', object: {}, value: undefined as unknown };
  const check = (value: unknown) => {
    facts.value = value;
    return instance.validate(value, facts);
  };
  if (!each) return check;
  return (value) => Array.isArray(value) && value.every((entry) => check(entry) === true);
}

/** The class that class-transformer makes of what a field contains. */
function innerClass(of: Class, name: string, each: boolean): Class {
  const probe = plainToInstance(of, { [name]: each ? [{}] : {} }) as Record<string, object>;
  const inner = each ? (probe[name] as object[])[0] : probe[name];
  return inner.constructor as Class;
}
