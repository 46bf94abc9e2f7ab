import { request } from 'undici';

export type Json = Record<string, unknown>;

/** A reply as clients in Python see it. */
export interface Answer {
  /** Whether the HTTP status is below 400. */
  readonly ok: boolean;
  readonly json: Json;
}

/**
 * One call as Python's `requests` makes it: a body is JSON whatever the method, and without one there is no
 * content type.
 *
 * @param seconds until it is given up
 */
export async function ask(method: string, url: string, body?: Json, seconds = 10): Promise<Answer> {
  const { statusCode, body: answer } = await request(url, {
    method: method as 'GET',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(seconds * 1000),
  });
  return { ok: statusCode < 400, json: (await answer.json()) as Json };
}

/** As Python's `int()`. @throws for what it does not take */
export function int(value: unknown): number {
  const text = `${value as string | number}`.trim();
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`ValueError: invalid literal for int(): ${text}`);
  return Number(text);
}

/** The keys of lists that are not empty. */
export function filled(lists: Readonly<Record<string, readonly string[] | undefined>>): Json {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list && list.length > 0));
}

/** `…:FPICTURE` is a camera, everything else is not. */
export function split(channels: readonly string[]) {
  const isCamera = (name: string) => name.endsWith(':FPICTURE');
  return {
    channels_list: channels.filter((name) => !isCamera(name)),
    camera_list: channels.filter(isCamera),
  };
}
