/**
 * Lists and objects inside one another that JSON from outside may have. Whatever walks through a value
 * calls itself for each level: what is nested deeper than the stack would bring it down.
 */
export const DEEPEST_NESTING = 100;

/** What is wrong with JSON that {@link isTooDeep}. */
export const TOO_DEEP = `is nested more than ${DEEPEST_NESTING} levels deep`;

/** Whether a JSON value has more than {@link DEEPEST_NESTING} levels; looks no deeper than that. */
export function isTooDeep(value: unknown, levels = DEEPEST_NESTING): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
