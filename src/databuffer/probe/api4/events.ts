import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api4Memory } from '../../api4/cbor/api4-memory.js';
import { ChannelReader } from '../../api4/rows/channel-reader.js';
import { eventQuery, FRAMED_CBOR } from '../../api4/asking/event-query.js';
import { Spool } from '../../../rows/spool.js';
import { backendOf } from '../../../request/channel.js';
import { ServerError } from '../../errors.js';
import { Connections } from '../../http/connections.js';
import { download } from '../../http/download.js';
import { endpointOf } from '../../http/endpoint.js';
import type { ReplyHeaders } from '../../http/reply-handler.js';
import { InterleavedChannels } from '../../interleaved-channels.js';
import type { TimeRange } from '../../time-range.js';
import { type SeenChannel, SeenRows } from '../seen-rows.js';

const MOST_ROWS = 100_000;
/** Rows are not dropped for their time: those that nobody asked for are to be seen. */
const ANY_TIME: TimeRange = { start: 0n, end: 2n ** 63n - 1n };

/** One reply to a question for events, as it came. */
export interface Events {
  /** Undefined without rows. */
  readonly channel: SeenChannel | undefined;
  readonly times: readonly bigint[];
  readonly isFinal: boolean;
  readonly headers: ReplyHeaders;
}

/** Asks for events of one channel, once: nothing is dropped, nothing is tried again. */
export class EventsCall {
  private memory: Api4Memory | undefined;

  /** @param api its base */
  constructor(
    private readonly api: string,
    private readonly options: ConstructorParameters<typeof Connections>[0],
  ) {}

  /** @throws DataSourceError, TooManyRows */
  async ofRange(name: string, times: TimeRange): Promise<Events> {
    return this.at(eventQuery(this.api, { name, backend: backendOf(name) }, times), name);
  }

  /** Any question, sensible or not. */
  async of(name: string, parameters: Readonly<Record<string, string>>): Promise<Events> {
    const query = new URLSearchParams(parameters).toString();
    return this.at(endpointOf(this.api, '/events', query), name);
  }

  private async at(url: string, name: string): Promise<Events> {
    const rows = new SeenRows(MOST_ROWS);
    // With one channel nothing waits.
    const spool = new Spool('');
    const sink = new InterleavedChannels(rows, [name], spool);
    const reader = new ChannelReader(
      { name, backend: backendOf(name) },
      {
        sink,
        range: undefined,
        times: ANY_TIME,
        memory: (this.memory ??= new Api4Memory()),
        spoolPath: join(tmpdir(), `sf-databuffer-probe-${randomUUID()}`),
      },
    );
    reader.begin();
    const connections = new Connections(this.options);
    try {
      const question = { url, accept: FRAMED_CBOR, connections };
      const headers = await download(question, (chunk) => reader.push(chunk));
      const { isFinal } = reader.end();
      const { failure } = reader.finish();
      if (failure) throw new ServerError(undefined, failure.message);
      const channel = rows.channels.get(name);
      return { channel, times: channel?.timestamps ?? [], isFinal, headers };
    } finally {
      await connections.close();
    }
  }
}
