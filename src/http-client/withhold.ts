import type { Headers } from './header-lines.js';

/** Shorter words, as `Bearer`, are no secrets. */
const SHORTEST = 8;
const WITHHELD = '***';

/**
 * A text of a server without what it repeats of the headers that it got: their values, and each word of them, as
 * the token in `Bearer <token>`; also at the end, where the text may have been cut.
 */
export function withhold(text: string, headers: Headers): string {
  const secrets = Object.values(headers)
    .flatMap((value) => [value, ...value.split(/[\s,;="]+/)])
    .filter(({ length }) => length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  const whole = secrets.reduce((rest, secret) => rest.replaceAll(secret, WITHHELD), text);
  const cut = Math.max(0, ...secrets.map((secret) => endOf(whole, secret)));
  return cut === 0 ? whole : whole.slice(0, -cut) + WITHHELD;
}

/** How many characters at the end of a text are the beginning of a secret; 0 for too few to tell. */
function endOf(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length >= SHORTEST; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}
