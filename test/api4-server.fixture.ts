import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { piecesOf, type ReplyScript, timeOf } from './support/api4/reply-script.js';
import { sendReply } from './support/api4/send-reply.js';
import type { ServedChannel } from './support/api4/served-channel.js';

/** What a server was asked. */
export interface Question {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface ServerOptions {
  readonly channels: readonly ServedChannel[];
  /** Of a channel's first question, its second one …; the last one stays. */
  readonly scripts?: ReadonlyMap<string, readonly ReplyScript[]>;
  /** Nanoseconds of a pulse; undefined where nobody knows it. */
  readonly timeOfPulse: (pulse: number) => bigint | undefined;
  /** Of the first questions for each pulse: what they get in place of a time. */
  readonly mapping?: readonly (204 | 500)[];
  /** A search never gets an answer. */
  readonly searchHangs?: boolean;
  /** Who answers below /api/1. */
  readonly otherApi?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/**
 * A server of data API 4, written from what is known of the facility's alone, that does whatever its scripts
 * say. It keeps what it was asked, and what in there no server would understand.
 */
export class Api4Server {
  readonly asked: Question[] = [];
  readonly misunderstood: string[] = [];
  /** The most downloads at a time. */
  mostAtOnce = 0;
  private atOnce = 0;
  private readonly times = new Map<string, number>();
  private readonly server: Server;

  private constructor(private readonly options: ServerOptions) {
    this.server = createServer((request, response) => {
      // A reader that goes away is nothing to be sorry for.
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: ServerOptions): Promise<Api4Server> {
    const server = new Api4Server(options);
    server.server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return server;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/api/4`;
  }

  /** What makes a writer ask it. */
  get flags(): string[] {
    return ['--data_api_protocol', 'api4', '--data_api_url', this.url];
  }

  /** Questions for what lies below a path. */
  askedFor(path: string): Question[] {
    return this.asked.filter((question) => question.path.startsWith(path));
  }

  /** The channels that events were asked of, once a question. */
  get channelsAsked(): string[] {
    return this.askedFor('/api/4/events').map(({ query }) => query.get('channelName')!);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url!, this.origin);
    this.asked.push({ path, query, headers: request.headers });
    if (path.startsWith('/api/1/') && this.options.otherApi) {
      return this.options.otherApi(request, response);
    }
    if (request.method !== 'GET') {
      this.misunderstood.push(`${request.method} ${path}`);
      response.writeHead(405).end();
      return;
    }
    if (path === '/api/4/events') return this.events(request, query, response);
    if (path === '/api/4/search/channel') return this.search(query, response);
    const pulse = /^\/api\/4\/map\/pulse\/sf-databuffer\/(\d+)$/.exec(path)?.[1];
    if (pulse !== undefined) return this.map(Number(pulse), response);
    this.misunderstood.push(`GET ${path}`);
    refuse(response, 404, 'no such path');
  }

  private map(pulse: number, response: ServerResponse): void {
    const instead = this.options.mapping?.[this.count(`map ${pulse}`)];
    const time = this.options.timeOfPulse(pulse);
    if (instead !== undefined) response.writeHead(instead).end();
    else if (time === undefined) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(String(time));
  }

  private search(query: URLSearchParams, response: ServerResponse): void {
    if (this.options.searchHangs) return;
    const flags = query.get('icase') === 'false' ? '' : 'i';
    const name = new RegExp(query.get('nameRegex') ?? '', flags);
    const backend = query.get('backend');
    const channels = this.options.channels.flatMap((channel, i) => {
      const { found } = channel;
      if (!found || !name.test(channel.name)) return [];
      if (backend !== null && backend !== backendOf(channel)) return [];
      return {
        ...{ backend: backendOf(channel), name: channel.name, seriesId: 1000 + i, source: '' },
        ...{ type: channel.type, shape: [], unit: '', description: '', ...found },
      };
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ channels }));
  }

  private async events(
    { headers }: IncomingMessage,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    this.atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    response.once('close', () => this.atOnce--);
    const [begin, end] = [query.get('begDate'), query.get('endDate')].map(timeOf);
    const problem = problemOf(headers, query) ?? (begin === undefined || end === undefined);
    if (problem || begin === undefined || end === undefined) {
      this.misunderstood.push(`${problem}: ${query.toString()}`);
      return refuse(response, 500, String(problem));
    }
    const name = query.get('channelName')!;
    const scripts = this.options.scripts?.get(name) ?? [{}];
    const script = scripts[Math.min(this.count(`events ${name}`), scripts.length - 1)];
    if (script.latency) await sleep(script.latency, undefined, { ref: false });
    const channel = this.options.channels.find(
      (each) => each.name === name && backendOf(each) === query.get('backend'),
    );
    if (script.status !== undefined) return refuse(response, script.status, script.message);
    if (!channel) return refuse(response, 404, `channel not found: ${name}`);
    const accepted = headers['accept-encoding']?.includes('gzip') ?? false;
    await sendReply(response, piecesOf(channel, { begin, end }, script), script, accepted);
  }

  /** @returns how often it came before */
  private count(what: string): number {
    const before = this.times.get(what) ?? 0;
    this.times.set(what, before + 1);
    return before;
  }
}

const KNOWN = new Set([
  ...['backend', 'channelName', 'seriesId', 'seriesKind', 'begDate', 'endDate', 'begNs', 'endNs'],
  ...['oneBeforeRange', 'begExcl', 'contentTimeout'],
]);

function problemOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const twice = [...query.keys()].find((key) => query.getAll(key).length > 1);
  const unknown = [...query.keys()].find((key) => !KNOWN.has(key));
  if (!headers.accept?.includes('application/cbor-framed')) return `accepts ${headers.accept}`;
  if (twice !== undefined) return `${twice} is there twice`;
  if (unknown !== undefined) return `${unknown} has no meaning here`;
  if (!query.get('backend')) return 'no backend';
  if (!query.has('channelName')) return 'no channelName';
  if (query.has('seriesId')) return 'both channelName and seriesId';
  return undefined;
}

function backendOf({ backend = 'sf-databuffer' }: ServedChannel): string {
  return backend;
}

/** As the server does, or with an empty body as its proxy does. */
function refuse(response: ServerResponse, status: number, message?: string): void {
  response.writeHead(status, { 'content-type': 'application/json', requestid: 'r-1' });
  response.end(message === undefined ? '' : JSON.stringify({ message, requestid: 'r-1' }));
}
