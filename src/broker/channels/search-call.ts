/** A channel of the data API. */
export interface KnownChannel {
  readonly name: string;
  readonly backend?: string;
}

/** How a data API is asked for channels, and what its answer says. */
export interface SearchCall {
  readonly method: 'GET' | 'POST';
  /** Behind the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @throws Error that says what the answer is not */
  channelsIn(reply: unknown): KnownChannel[];
}

/**
 * The call that finds the channels whose names have a text in them, in upper or lower case:
 * `GET <base>/search/channel` of API 4, `POST <base>/channels` of the older ones.
 *
 * @param base URL of the data API; it ends in `/api/4` for that one
 */
export function searchCall(base: string, text: string): SearchCall {
  const regex = anyCase(text);
  if (/\/api\/4\/*$/.test(new URL(base).pathname)) {
    return {
      method: 'GET',
      path: `/search/channel?${new URLSearchParams({ nameRegex: regex }).toString()}`,
      headers: { accept: 'application/json' },
      channelsIn: channelsOfApi4,
    };
  }
  return {
    method: 'POST',
    path: '/channels',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ regex }),
    channelsIn: channelsOfBackends,
  };
}

/** `{"channels": [{"name", "backend"}]}`; entries of any other kind are passed over. */
function channelsOfApi4(reply: unknown): KnownChannel[] {
  const { channels } = Object(reply) as { channels?: unknown };
  if (!Array.isArray(channels)) throw new Error('its answer has no list of channels');
  return channels.flatMap((each: unknown) => {
    const { name, backend } = Object(each) as { name?: unknown; backend?: unknown };
    return typeof name === 'string' ? [knownChannel(name, backend)] : [];
  });
}

/** `[{"backend", "channels": [names]}]`; entries of any other kind are passed over. */
function channelsOfBackends(reply: unknown): KnownChannel[] {
  if (!Array.isArray(reply)) throw new Error('its answer is not a list of backends');
  return reply.flatMap((each: unknown) => {
    const { backend, channels } = Object(each) as { backend?: unknown; channels?: unknown };
    if (!Array.isArray(channels)) return [];
    return channels
      .filter((name): name is string => typeof name === 'string')
      .map((name) => knownChannel(name, backend));
  });
}

function knownChannel(name: string, backend: unknown): KnownChannel {
  return { name, ...(typeof backend === 'string' && { backend }) };
}

/** A regular expression, as any server understands it, that finds a text in upper and lower case. */
function anyCase(text: string): string {
  return [...text]
    .map((letter) => {
      const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()];
      if (lower !== upper && lower.length === 1 && upper.length === 1) return `[${lower}${upper}]`;
      return letter.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`);
    })
    .join('');
}
