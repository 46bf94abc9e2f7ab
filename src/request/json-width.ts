/** Keys of objects that JSON from outside may have, all levels together; parameters have some dozens. */
export const MAX_KEYS = 10_000;
/** Entries of lists and objects, all levels together; there are lists of 60,000 pulse ids and 50,000 channels. */
export const MAX_ENTRIES = 250_000;

/**
 * The problem of a JSON text that has too many keys, or more than {@link MAX_ENTRIES}: all that
 * is done with it would hold everybody else up, parsing included. Undefined where nothing is. Only
 * looks at the text, 4 ms a megabyte.
 */
export function widthProblem(text: string, maxKeys = MAX_KEYS): string | undefined {
  // Each key takes four characters, each entry two.
  if (text.length <= 2 * maxKeys) return undefined;
  let keys = 0;
  let entries = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === COLON) keys++;
    else if (code === COMMA) entries++;
  }
  if (keys > maxKeys) return `has ${keys} keys; at most ${maxKeys} are allowed`;
  return entries > MAX_ENTRIES
    ? `has ${entries} values; at most ${MAX_ENTRIES} are allowed`
    : undefined;
}

const [QUOTE, COLON, COMMA, BACKSLASH] = [...'":,\\'].map((character) => character.charCodeAt(0));

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, position: number): boolean {
  let first = position;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (position - first) % 2 === 1;
}
