const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** ASCII: of other characters servers make different things. */
const VALUE = /^[\t\x20-\x7e]+$/;

/** Headers that a call has anyway, or that say how its bytes travel. */
const OURS = new Set([
  ...['accept', 'accept-encoding', 'connection', 'content-encoding', 'content-length'],
  ...['content-type', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding'],
  'upgrade',
]);

export type Headers = Readonly<Record<string, string>>;

/** What is wrong with a line of headers, in words that don't quote its value. */
export class HeaderLineUnusable extends Error {
  override readonly name = 'HeaderLineUnusable';
}

/**
 * The headers of a text with a header a line, `Name: value`. Blank lines and lines that begin with `#` are
 * passed over, so are blanks around names and values.
 *
 * @throws HeaderLineUnusable naming the line; where there is no header at all
 */
export function headersIn(text: string): Headers {
  const lines = new Map<string, number>();
  const headers: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [name, value] = headerOf(trimmed, index + 1);
    const before = lines.get(name.toLowerCase());
    if (before !== undefined) {
      const where = `lines ${before} and ${index + 1} both have ${name}`;
      throw new HeaderLineUnusable(`${where}: keep one of them`);
    }
    lines.set(name.toLowerCase(), index + 1);
    headers[name] = value;
  }
  if (lines.size === 0) throw new HeaderLineUnusable("it has no header: write 'Name: value'");
  return headers;
}

/** @param number of the line, from 1 */
function headerOf(line: string, number: number): [string, string] {
  const refuse = (what: string) => new HeaderLineUnusable(`line ${number} ${what}`);
  const colon = line.indexOf(':');
  // What stands before the colon may be a part of a value that was broken into lines.
  const name = line.slice(0, colon).trimEnd();
  if (colon === -1 || !NAME.test(name)) throw refuse("is no header: write 'Name: value'");
  const lower = name.toLowerCase();
  if (lower.startsWith('proxy-')) {
    throw refuse(`has ${name}: put user and password of a proxy into HTTP_PROXY or HTTPS_PROXY`);
  }
  if (OURS.has(lower)) throw refuse(`has ${name}, which each call has of its own: take it out`);
  const value = line.slice(colon + 1).trim();
  if (value === '') throw refuse(`has no value for ${name}: write it on the same line`);
  if (!VALUE.test(value)) {
    throw refuse(
      `has a value for ${name} with other characters than printable ASCII: write it anew`,
    );
  }
  return [name, value];
}
