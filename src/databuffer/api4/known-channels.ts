import { type ElementType, elementTypeOf } from '../../encoding/element-type.js';
import type { Channel } from '../../request/channel.js';
import { isShape } from '../blocks/shape-table.js';
import { DataSourceError } from '../errors.js';
import type { Connections } from '../http/connections.js';
import type { DownloadLimits } from '../http/download-limits.js';
import { endpointOf } from '../http/endpoint.js';
import { fetchSmallJson } from '../http/small-reply.js';
import type { ChannelDescription } from '../reply-result.js';

/** Of a URL that everybody takes. */
const MAX_URL_LENGTH = 4096;
const KEPT_MS = 5 * 60_000;
const MAX_KEPT = 10_000;
/** Of a unit or a description, which are kept for all channels. */
const MAX_TEXT_LENGTH = 2000;
/** A proxy asks its backends for about a second each. */
const PATIENCE_MS = 2000;
const LIMITS: DownloadLimits = { firstByteMs: 30_000, silenceMs: 30_000, valueMs: 30_000 };

/** What a server says of a channel beside its data; nothing where it says differing things. */
export interface KnownChannel extends ChannelDescription {
  readonly type?: ElementType;
  readonly shape?: readonly number[];
}

/** Asks a server that speaks data API 4 what it knows of channels. What it said is kept for some minutes. */
export class KnownChannels {
  private readonly kept = new Map<string, { readonly said: KnownChannel; readonly at: number }>();

  constructor(
    private readonly url: string,
    private readonly connections: () => Connections,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** Begins to ask for some channels. A server that fails at that says nothing: only data counts. */
  lookUp(channels: readonly Channel[], signal: AbortSignal): Lookup {
    const said = new Map<string, KnownChannel>();
    const unknown: Channel[] = [];
    for (const channel of channels) {
      const known = this.kept.get(keyOf(channel));
      if (known && performance.now() - known.at < KEPT_MS) said.set(keyOf(channel), known.said);
      else unknown.push(channel);
    }
    const asked = unknown.length > 0 ? this.ask(unknown, said, signal) : undefined;
    return new Lookup(said, asked, this.patienceMs);
  }

  private async ask(
    channels: readonly Channel[],
    said: Map<string, KnownChannel>,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = new Set(channels.map(keyOf));
    try {
      for (const { url, backend } of searches(this.url, channels)) {
        const connections = this.connections();
        const reply = await fetchSmallJson({ url, connections, signal, limits: LIMITS });
        for (const [name, known] of channelsIn(reply, backend)) {
          const key = keyOf({ name, backend });
          if (!asked.has(key)) continue;
          said.set(key, known);
          this.keep(key, known);
        }
      }
    } catch (error) {
      if (!(error instanceof DataSourceError || signal.aborted)) throw error;
    }
  }

  private keep(key: string, said: KnownChannel): void {
    // The oldest first.
    this.kept.delete(key);
    this.kept.set(key, { said, at: performance.now() });
    if (this.kept.size <= MAX_KEPT) return;
    const [oldest] = this.kept.keys();
    this.kept.delete(oldest);
  }
}

/** What comes of one search. */
export class Lookup {
  private patience: Promise<void> | undefined;

  /** @param asked ends with the search; undefined where there is none */
  constructor(
    private readonly said: ReadonlyMap<string, KnownChannel>,
    private readonly asked: Promise<void> | undefined,
    private readonly patienceMs: number,
  ) {
    asked?.catch(() => 'it is thrown where somebody waits');
  }

  of(channel: Channel): KnownChannel | undefined {
    return this.said.get(keyOf(channel));
  }

  /** Waits until the search is over, but no longer than for a moment (2 s), however often it is called. */
  async wait(): Promise<void> {
    if (this.asked) await (this.patience ??= this.waitOnce());
  }

  private async waitOnce(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.patienceMs)));
    await Promise.race([this.asked, late]);
    clearTimeout(timer);
  }
}

function* searches(
  api: string,
  channels: readonly Channel[],
): Generator<{ url: string; backend: string }> {
  for (const backend of new Set(channels.map((channel) => channel.backend))) {
    const names = channels.filter((channel) => channel.backend === backend);
    const start = `${endpointOf(api, '/search/channel')}?backend=${encodeURIComponent(backend)}&icase=false&nameRegex=`;
    const room = MAX_URL_LENGTH - start.length - encodeURIComponent('^()$').length;
    let some: string[] = [];
    let length = 0;
    const search = () => ({ url: start + encodeURIComponent(`^(${some.join('|')})$`), backend });
    for (const { name } of names) {
      const pattern = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      const more = encodeURIComponent(`|${pattern}`).length;
      if (some.length > 0 && length + more > room) {
        yield search();
        some = [];
        length = 0;
      }
      some.push(pattern);
      length += more;
    }
    yield search();
  }
}

/** The channels of a reply; of what is in it several times only what is said alike. */
function channelsIn(reply: unknown, backend: string): Map<string, KnownChannel> {
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

function keyOf({ backend, name }: Channel): string {
  return `${backend}\0${name}`;
}
