import { withoutCredentials } from '../../config/url-credentials.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { HttpFailure, MalformedReply, UnmappedPulses, failedAt } from '../errors.js';
import { Connections } from '../http/connections.js';
import type { Download } from '../http/download.js';
import { endpointOf } from '../http/endpoint.js';
import { fetchSmallText } from '../http/small-reply.js';
import type { TimeRange } from '../time-range.js';

/** A pulse that is not known (yet). */
const NO_CONTENT = 204;
/** Times have to fit 64 bits with a sign. */
const NANOSECONDS = /^\s*(\d{1,19})\s*$/;
const MAX_TIME = 2n ** 63n - 1n;
const QUOTED_CHARACTERS = 60;

export interface PulseMapOptions extends Pick<Download, 'limits' | 'connections'> {
  /** Base of the data API, `http://host/api/4`. */
  readonly url: string;
}

/** Knows when pulses were: asks a server that speaks data API 4. */
export class PulseMap {
  readonly url: string;
  private readonly limits: Download['limits'];
  private readonly connections: Connections;

  constructor({ url, limits, connections = new Connections() }: PulseMapOptions) {
    this.url = url;
    this.limits = limits;
    this.connections = connections;
  }

  /**
   * The times of a range: from that of its first pulse to before that of the pulse behind its last. Nothing is
   * computed: a pulse that the server does not know has no time.
   *
   * @throws UnmappedPulses; MalformedReply for what is no time, or times in the wrong order; see also `download`
   */
  async timesOf(range: PulseRange, backend: string, signal?: AbortSignal): Promise<TimeRange> {
    const failed = new AbortController();
    const both = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
    const pulses = [BigInt(range.startPulseId), BigInt(range.endPulseId) + 1n];
    let failure: unknown;
    const asked = pulses.map((pulse, place) =>
      this.timeOf(pulse, range, { backend, signal: both, place }).catch((error: unknown) => {
        failure ??= error;
        failed.abort();
        return 0n;
      }),
    );
    const [start, end] = await Promise.all(asked);
    signal?.throwIfAborted();
    if (failure !== undefined) throw failedAt(this.url, failure);
    if (start < end) return { start, end };
    const shown = withoutCredentials(this.url);
    const what = `${shown} maps pulse ${pulses[0]} to ${start} ns and the later ${pulses[1]} to ${end} ns`;
    throw failedAt(this.url, new MalformedReply(0, what));
  }

  private async timeOf(
    pulse: bigint,
    range: PulseRange,
    { backend, signal, place }: { backend: string; signal: AbortSignal; place: number },
  ): Promise<bigint> {
    const url = endpointOf(this.url, `/map/pulse/${encodeURIComponent(backend)}/${pulse}`);
    const { limits } = this;
    const connections = this.connections.beside(place);
    let text: string;
    try {
      text = await fetchSmallText({ url, limits, connections, signal });
    } catch (error) {
      if (error instanceof HttpFailure && error.status === NO_CONTENT) {
        throw new UnmappedPulses(url, range, pulse);
      }
      throw error;
    }
    const time = NANOSECONDS.exec(text)?.[1];
    if (time !== undefined && BigInt(time) <= MAX_TIME) return BigInt(time);
    const shown = JSON.stringify(text.slice(0, QUOTED_CHARACTERS));
    const what = `${withoutCredentials(url)} answered ${shown}, which is no time in nanoseconds`;
    throw new MalformedReply(0, what);
  }
}
