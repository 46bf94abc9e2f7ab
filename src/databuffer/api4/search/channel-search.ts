import { type ElementType, elementTypeOf } from '../../../encoding/element-type.js';
import type { Channel } from '../../../request/channel.js';
import { isShape } from '../../blocks/shape-table.js';
import { endpointOf } from '../../http/endpoint.js';
import type { ChannelDescription } from '../../reply-result.js';

/** Of a URL that everybody takes. */
const MAX_URL_LENGTH = 4096;
/** Of a unit or a description, which are kept for all channels. */
const MAX_TEXT_LENGTH = 2000;

/** What a server says about a channel apart from its data; undefined where its answers disagree. */
export interface KnownChannel extends ChannelDescription {
  readonly type?: ElementType;
  readonly shape?: readonly number[];
}

/** One question to the search. */
export interface Search {
  /** 4 KB at most, unless a single name is longer. */
  readonly url: string;
  /** Exact names of the channels that it looks for. */
  readonly names: readonly string[];
  readonly backend: string;
}

/** Questions for all channels, as many of them in one as it has room for. */
export function* searches(api: string, channels: readonly Channel[]): Generator<Search> {
  for (const backend of new Set(channels.map((channel) => channel.backend))) {
    const names = channels.filter((channel) => channel.backend === backend);
    const asked = `backend=${encodeURIComponent(backend)}&icase=false&nameRegex=`;
    const start = endpointOf(api, '/search/channel', asked);
    const room = MAX_URL_LENGTH - start.length - encodeURIComponent('^()$').length;
    let some: string[] = [];
    let length = 0;
    const search = (): Search => {
      const pattern = `^(${some.map(escaped).join('|')})$`;
      return { url: start + encodeURIComponent(pattern), names: some, backend };
    };
    for (const { name } of names) {
      const more = encodeURIComponent(`|${escaped(name)}`).length;
      if (some.length > 0 && length + more > room) {
        yield search();
        some = [];
        length = 0;
      }
      some.push(name);
      length += more;
    }
    yield search();
  }
}

/** A pattern that fits a name and nothing else. */
function escaped(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The channels of a reply; of what is in it several times only what is said alike. */
export function channelsIn(reply: unknown, backend: string): Map<string, KnownChannel> {
  const { channels } = (reply ?? {}) as { channels?: unknown };
  const found = new Map<string, KnownChannel>();
  if (!Array.isArray(channels)) return found;
  for (const each of channels as unknown[]) {
    const said = (each ?? {}) as Record<string, unknown>;
    if (typeof said.name !== 'string') continue;
    if (said.backend !== undefined && said.backend !== backend) continue;
    const before = found.get(said.name);
    const known = knownFrom(said);
    found.set(said.name, before ? agreed(before, known) : known);
  }
  return found;
}

function knownFrom({ type, shape, unit, description }: Record<string, unknown>): KnownChannel {
  return {
    type: typeOf(type),
    shape: isShape(shape) ? shape : undefined,
    units: textOf(unit),
    description: textOf(description),
  };
}

function agreed(a: KnownChannel, b: KnownChannel): KnownChannel {
  const isSame = a.type === b.type && a.shape?.join() === b.shape?.join();
  return {
    ...(isSame && { type: a.type, shape: a.shape }),
    units: a.units ?? b.units,
    description: a.description ?? b.description,
  };
}

/** The type as the search names it: `f64`, `float64`, `Float64`; enums are numbers of a size that it does not say. */
function typeOf(type: unknown): ElementType | undefined {
  if (typeof type !== 'string') return undefined;
  const [, kind, bits] = /^([uif])(\d+)$/.exec(type.toLowerCase()) ?? [];
  const names = { u: 'uint', i: 'int', f: 'float' };
  return elementTypeOf(kind ? names[kind as keyof typeof names] + bits : type);
}

function textOf(text: unknown): string | undefined {
  return typeof text === 'string' && text !== '' ? text.slice(0, MAX_TEXT_LENGTH) : undefined;
}
