/**
 * Lists and objects inside one another that JSON from outside may have. Whatever walks through a value
 * calls itself for each level: what is nested deeper than the stack would bring it down.
 */
export const MAX_NESTING = 100;

/** Levels from which on JSON is not even parsed: that of millions takes seconds. */
const MAX_PARSED_NESTING = 200_000;

/** The problem of JSON that {@link isTooDeep}. */
export const TOO_DEEP = `is nested more than ${MAX_NESTING} levels deep`;

/** Whether a JSON value has more than {@link MAX_NESTING} levels; looks no deeper than that. */
export function isTooDeep(value: unknown, levels = MAX_NESTING): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => isTooDeep(inner, levels - 1));
  const object = value as Record<string, unknown>;
  for (const key in object) if (isTooDeep(object[key], levels - 1)) return true;
  return false;
}

/** Whether a text that may be JSON is nested so deeply that parsing it would hold everything up. */
export function isTooDeepToParse(text: string): boolean {
  if (text.length <= MAX_PARSED_NESTING) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') i = endOfString(text, i);
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > MAX_PARSED_NESTING) return true;
  }
  return false;
}

/** Where the quote is that ends a JSON string; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text[first - 1] === '\\') first--;
    // An escaped quote has an odd number of backslashes in front.
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}
