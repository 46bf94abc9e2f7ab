import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { timestampOf } from '../../src/databuffer/simulator/pulse-clock.js';
import { timeRangeOf } from '../../src/databuffer/time-range.js';
import { FIRST_PULSE_ID, type ServedChannel, type Workload } from '../workload.js';
import { ChannelFrames } from './channel-frames.js';

/** But for some nanoseconds. */
const NS_PER_PULSE = 10_000_000;

interface Served {
  readonly channel: ServedChannel;
  readonly pulses: number;
  readonly frames: ChannelFrames;
}

/** Data API 4 as far as a writer uses it: workloads from memory. */
export class Api4Replies {
  private readonly served = new Map<string, Served>();
  /** ms before each answer. */
  private latency = 0;

  add({ channels, pulses, latency = 0 }: Workload, seed: number): void {
    this.latency = Math.max(this.latency, latency);
    for (const channel of channels) {
      const frames = new ChannelFrames(channel, pulses, seed);
      this.served.set(channel.name, { channel, pulses, frames });
    }
  }

  /** @param target path and query behind `/api/4` */
  async answer(target: string, response: ServerResponse): Promise<void> {
    if (this.latency > 0) await delay(this.latency);
    const { pathname, searchParams } = new URL(target, 'http://server');
    const pulse = /^\/map\/pulse\/[^/]+\/(\d+)$/.exec(pathname);
    if (pulse) {
      response.end(String(timestampOf(Number(pulse[1]))));
    } else if (pathname === '/search/channel') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ channels: this.found(searchParams) }));
    } else if (pathname === '/events') {
      await this.answerEvents(searchParams, response);
    } else {
      response.writeHead(404).end(`{"message":"nothing at ${pathname}"}`);
    }
  }

  private found(query: URLSearchParams): object[] {
    const name = new RegExp(
      query.get('nameRegex') ?? '',
      query.get('icase') === 'false' ? '' : 'i',
    );
    const backend = query.get('backend');
    const all = [...this.served.values()].map(({ channel }) => channel);
    return all
      .filter(
        (channel) => name.test(channel.name) && (backend ?? channel.backend) === channel.backend,
      )
      .map(({ name, backend, type, shape }, n) => ({
        ...{ backend, name, seriesId: n + 1, source: '', type, shape, unit: 'mm' },
        description: `of the benchmark, number ${n}`,
      }));
  }

  private async answerEvents(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const served = this.served.get(query.get('channelName') ?? '');
    const blocks = served && blocksOf(query, served.pulses);
    if (!served || !blocks) {
      response.writeHead(404).end('{"message":"no such data"}');
      return;
    }
    response.setHeader('content-type', 'application/cbor-framed');
    await pipeline(Readable.from(served.frames.pieces(blocks), { highWaterMark: 1 }), response);
  }
}

/** How many blocks lie between these times; undefined where it is no whole number from the first on. */
function blocksOf(query: URLSearchParams, pulses: number): number | undefined {
  const { start, end } = timeRangeOf({
    startDate: query.get('begDate'),
    endDate: query.get('endDate'),
  });
  const blocks = Math.round(Number(end - start) / NS_PER_PULSE / pulses);
  const isWhole =
    start === timestampOf(FIRST_PULSE_ID) && end === timestampOf(FIRST_PULSE_ID + blocks * pulses);
  return isWhole ? blocks : undefined;
}
