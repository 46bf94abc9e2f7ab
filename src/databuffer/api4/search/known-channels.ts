import type { Channel } from '../../../request/channel.js';
import { DataSourceError } from '../../errors.js';
import type { Connections } from '../../http/connections.js';
import type { DownloadLimits } from '../../http/download-limits.js';
import { fetchSmallJson } from '../../http/small-reply.js';
import { channelsIn, type KnownChannel, searches } from './channel-search.js';

const KEPT_MS = 5 * 60_000;
/** A channel that was not found may be one of a backend that was slow. */
const KEPT_ABSENT_MS = 60_000;
const MAX_KEPT = 10_000;
/** A proxy asks its backends for about a second each. */
const PATIENCE_MS = 2000;
const LIMITS: DownloadLimits = { firstByteMs: 30_000, silenceMs: 30_000, valueMs: 30_000 };

/** Asks a server that speaks data API 4 what it knows of channels. What it said is kept for some minutes. */
export class KnownChannels {
  private readonly kept = new Map<
    string,
    { readonly said: KnownChannel; readonly until: number }
  >();
  /** A search was waited for in vain: until then none is. */
  private impatientUntil = 0;

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
      if (known && performance.now() < known.until) said.set(keyOf(channel), known.said);
      else unknown.push(channel);
    }
    const asked = unknown.length > 0 ? this.ask(unknown, said, signal) : undefined;
    const isPatient = performance.now() >= this.impatientUntil;
    if (!isPatient) return new Lookup(said, asked, 0);
    return new Lookup(said, asked, this.patienceMs, () => {
      this.impatientUntil = performance.now() + KEPT_MS;
    });
  }

  private async ask(
    channels: readonly Channel[],
    said: Map<string, KnownChannel>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for (const { url, names, backend } of searches(this.url, channels)) {
        const connections = this.connections();
        const reply = await fetchSmallJson({ url, connections, signal, limits: LIMITS });
        const found = channelsIn(reply, backend);
        for (const name of names) {
          const key = keyOf({ name, backend });
          const known = found.get(name) ?? {};
          said.set(key, known);
          this.keep(key, known, found.has(name) ? KEPT_MS : KEPT_ABSENT_MS);
        }
      }
    } catch (error) {
      if (!(error instanceof DataSourceError || signal.aborted)) throw error;
    }
  }

  private keep(key: string, said: KnownChannel, forMs: number): void {
    // The oldest first.
    this.kept.delete(key);
    this.kept.set(key, { said, until: performance.now() + forMs });
    if (this.kept.size <= MAX_KEPT) return;
    const [oldest] = this.kept.keys();
    this.kept.delete(oldest);
  }
}

/** The result of one search. */
export class Lookup {
  private patience: Promise<void> | undefined;

  /**
   * @param asked ends with the search; undefined where there is none
   * @param inVain is told when it was waited for, and takes longer
   */
  constructor(
    private readonly said: ReadonlyMap<string, KnownChannel>,
    private readonly asked: Promise<void> | undefined,
    private readonly patienceMs: number,
    private readonly inVain: () => void = () => undefined,
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
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.inVain();
        resolve();
      }, this.patienceMs);
    });
    try {
      await Promise.race([this.asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function keyOf({ backend, name }: Channel): string {
  return `${backend}\0${name}`;
}
