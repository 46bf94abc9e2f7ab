import { queryBinary } from '../../databuffer/binary/query.js';
import { queryJson } from '../../databuffer/json/query.js';
import type { ReadingMemory } from '../../databuffer/json/reading-memory.js';
import { mergeReports } from '../../databuffer/merge-reports.js';
import type { Expected, ReplyResult } from '../../databuffer/reply-result.js';
import type { Channel } from '../../request/channel.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import { REPLY_FIELDS } from '../../request/write-request.js';
import type { RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import type { Connections } from '../../databuffer/http/connections.js';
import type { JobOptions } from './job.js';

/** A part of a request's channels, and who is asked for it. */
interface Part {
  readonly api: string;
  readonly protocol: 'json' | 'binary';
  readonly channels: readonly Channel[];
}

type Apis = Pick<JobOptions, 'dataApiUrl' | 'dataApiProtocol' | 'imageApiUrl'>;

export interface AskTools {
  readonly connections?: Connections;
  /** What replies are read with. */
  readonly memory: ReadingMemory;
  /** For rows that wait for their channel's type; from there on they wait in a file. */
  readonly spillBuffer: Uint8Array;
  /** A file name that nobody else uses. */
  readonly spoolPath: string;
  readonly signal: AbortSignal;
  /** Hears of every piece of a reply how many bytes it has. */
  readonly received?: (bytes: number) => void;
}

/**
 * Asks for a request's data, cameras where they lie, and puts all of it into the same sink.
 *
 * @throws DataSourceError as soon as one part can't be had; what the sink throws
 */
export async function askForData(
  request: ParsedWriteRequest,
  apis: Apis,
  { connections, memory, spillBuffer, spoolPath, signal, received }: AskTools,
  sink: RowSink,
): Promise<ReplyResult> {
  // Every part counts against the whole request: servers reply with what they have.
  const expected: Expected = {
    channels: request.channels.map(({ name }) => name),
    range: request.pulseRange,
  };
  const replies: ReplyResult[] = [];
  for (const { protocol, api, channels } of partsOf(request.channels, apis)) {
    if (protocol === 'json') {
      const body = JSON.stringify({ ...askedFields(request.query), ...request.query, channels });
      const spool = new Spool(spoolPath, spillBuffer);
      try {
        const asked = { url: api, body, expected, spool, memory };
        const question = { ...asked, signal, connections, received };
        replies.push(await queryJson(question, sink));
      } finally {
        spool.close();
      }
    } else {
      const question = {
        api,
        mappingApi: apis.dataApiUrl,
        channels: channels.map(({ name }) => name),
        range: request.query.range,
        spillBuffer,
        expected,
        signal,
        connections,
        received,
      };
      replies.push(await queryBinary(question, sink));
    }
  }
  return joined(replies);
}

/** What a request leaves to the server: it may send no types unless they are asked for. */
function askedFields({ fields }: ParsedWriteRequest['query']): object {
  const { eventFields, configFields } = REPLY_FIELDS;
  // Another name of the same.
  return fields === undefined ? { eventFields, configFields } : { configFields };
}

function partsOf(channels: readonly Channel[], apis: Apis): Part[] {
  const { dataApiUrl: api, dataApiProtocol: protocol = 'json', imageApiUrl } = apis;
  if (imageApiUrl === undefined) return [{ api, protocol, channels }];
  const isCamera = ({ backend }: Channel) => backend === 'sf-imagebuffer';
  const parts: Part[] = [
    { api, protocol, channels: channels.filter((channel) => !isCamera(channel)) },
    { api: imageApiUrl, protocol: 'binary', channels: channels.filter(isCamera) },
  ];
  return parts.filter((part) => part.channels.length > 0);
}

function joined(replies: readonly ReplyResult[]): ReplyResult {
  const [first, ...others] = replies;
  return others.reduce(
    (all, reply) => ({
      channels: mergeReports([...all.channels, ...reply.channels]),
      missing: all.missing.filter((name) => reply.missing.includes(name)),
      notRequested: [...new Set([...all.notRequested, ...reply.notRequested])],
      bytes: all.bytes + reply.bytes,
      rows: all.rows + reply.rows,
    }),
    first,
  );
}
