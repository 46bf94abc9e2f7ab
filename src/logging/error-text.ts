import { inspect } from 'node:util';

/**
 * The text of an error, on one line: message, stable code, and the causes behind it.
 *
 * Whatever it is: an error without a message, one whose message throws, or no error at all.
 */
export function errorText(thrown: unknown): string {
  try {
    if (typeof thrown === 'string') return oneLine(thrown);
    if (!(thrown instanceof Error)) return oneLine(inspect(thrown, { breakLength: Infinity }));
    const { code } = thrown as { code?: unknown };
    const text = thrown.message || thrown.name;
    const coded = typeof code === 'string' && !text.includes(code) ? `${text} [${code}]` : text;
    return oneLine(thrown.cause ? `${coded} (because: ${errorText(thrown.cause)})` : coded);
  } catch (error) {
    return `something that can't be shown (${error instanceof Error ? error.name : typeof error})`;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
