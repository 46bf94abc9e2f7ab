/** A member of a JSON object. */
export interface Member {
  readonly name: string;
  /** Its value as it stands in the text: numbers keep all their digits. */
  readonly text: string;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gsu;

/**
 * The members of the object that a JSON text is; none where it is no object.
 *
 * `JSON.parse` would round numbers above 2^53, and pulse ids may be that large.
 */
export function jsonMembers(json: string): Member[] {
  const members: Member[] = [];
  let depth = 0;
  let name: string | undefined;
  let start: number | undefined;
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (depth === 0 && token === '[') return [];
      if (depth === 1) start ??= index;
      depth += 1;
      continue;
    }
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    if (
      name !== undefined &&
      start !== undefined &&
      (depth === 0 || (depth === 1 && token === ','))
    ) {
      members.push({ name, text: json.slice(start, index).trim() });
      name = undefined;
      start = undefined;
    }
    if (depth !== 1 || closes || token === ',') continue;
    if (token === ':') continue;
    if (name === undefined) name = plainText(token);
    else start ??= index;
  }
  return members;
}

/** A text for people: without quotes if it is one of JSON's, else as it stands. */
export function plainText(json: string): string {
  if (!json.startsWith('"')) return json;
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}
