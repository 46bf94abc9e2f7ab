import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Api4Source } from '../../databuffer/api4/api4-source.js';
import { download } from '../../databuffer/http/download.js';
import { ReplyReader } from '../../databuffer/json/reply-reader.js';
import type { RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import type { JobTools } from '../job/job-tools.js';
import { fewSampleEvents, SAMPLE_TIMES, sampleEvents } from './sample-events.js';
import { sampleReply, smallSampleReply } from './sample-reply.js';

/** `small`: so small that a thread writes the file by itself. */
export type SampleSize = 'small' | 'large';

export interface SampleReading {
  readonly size: SampleSize;
  /** A file name that nobody else uses. */
  readonly spoolPath: string;
  /** Tells whether it is to stop. */
  readonly wanted: () => boolean;
}

/** Reads a made-up reply, served from this very thread, by the protocol of the thread's jobs. @throws DataSourceError */
export async function readSample(
  tools: JobTools,
  sink: RowSink,
  reading: SampleReading,
): Promise<void> {
  const isApi4 = tools.options.dataApiProtocol === 'api4';
  await (isApi4 ? readEvents(tools, sink, reading) : readReply(tools, sink, reading));
}

async function readReply(
  { connections, memory, spillBuffer }: JobTools,
  sink: RowSink,
  { size, spoolPath, wanted }: SampleReading,
): Promise<void> {
  const reply = size === 'small' ? smallSampleReply() : sampleReply();
  const spool = new Spool(spoolPath, spillBuffer);
  const reader = new ReplyReader({ expected: { channels: [] }, spool, memory: memory.json }, sink);
  const answer: RequestListener = (_request, response) => {
    Readable.from(unless(wanted, reply)).pipe(response);
  };
  try {
    await serving(answer, (base) =>
      download({ url: `${base}/query`, body: '{}', connections }, (chunk) => reader.push(chunk)),
    );
  } finally {
    spool.close();
  }
}

async function readEvents(
  { connections, memory, spillBuffer, options }: JobTools,
  sink: RowSink,
  { size, spoolPath, wanted }: SampleReading,
): Promise<void> {
  const sample = size === 'small' ? fewSampleEvents() : sampleEvents();
  const ended = new AbortController();
  const stops = () => {
    if (wanted()) ended.abort();
    return ended.signal.aborted;
  };
  const answer: RequestListener = (request, response) => {
    const { searchParams } = new URL(request.url!, 'http://sample');
    const events = sample.get(searchParams.get('channelName') ?? '');
    if (events) Readable.from(unless(stops, events())).pipe(response);
    else response.end('{"channels":[]}');
  };
  const channels = [...sample.keys()].map((name) => ({ name, backend: 'sf-databuffer' }));
  const question = {
    channels,
    expected: { channels: [...sample.keys()] },
    query: {},
    times: SAMPLE_TIMES,
    spillBuffer,
    spoolPath,
    signal: ended.signal,
  };
  const { channelsAtOnce = 10 } = options;
  try {
    await serving(answer, async (url) => {
      const source = new Api4Source({ url, connections, channelsAtOnce, memory: memory.api4 });
      await source.read(question, sink);
    });
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
}

/** Serves on 127.0.0.1 while something is done. */
async function serving(
  answer: RequestListener,
  action: (base: string) => Promise<unknown>,
): Promise<void> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    await action(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function* unless(wanted: () => boolean, pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) {
    if (wanted()) return;
    yield piece;
  }
}
