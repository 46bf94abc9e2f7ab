import type { buildConnector, Client as UndiciClient, Dispatcher } from 'undici';
// Of the whole of it each thread would keep 8 MB.
import Agent from 'undici/lib/dispatcher/agent.js';
import Client from 'undici/lib/dispatcher/client.js';
import { environmentProxies } from '../../config/proxies.js';
import type { HeadersFile } from '../../http-client/headers-file.js';
import { mayNeedProxy, proxyAgent } from '../../http-client/proxy-agent.js';
import { ReadBrake } from './read-brake.js';
import { lookingAtHeads } from './reply-heads.js';
import type { ServerRests } from './server-rests.js';
import { reusingConnector } from './reusing-connector.js';

const CONNECT_MS = 3_000;
/** Short, so that no connection is used that its server is about to close. */
const IDLE_MS = 1_000;

interface ConnectionOptions {
  /** That a server may take to accept a connection. */
  readonly connectMs?: number;
  /** Certificates in PEM that are trusted besides those that everybody trusts. */
  readonly certificates?: readonly string[];
  /** Headers that some servers want. */
  readonly headers?: HeadersFile;
  /** Until when servers want not to be asked. */
  readonly rests?: ServerRests;
  /** That are read at once, in memory of each connection. */
  readonly readBytes?: number;
}

/** One connection to each data server, kept for a moment in case that another download follows. */
export class Connections {
  readonly connectMs: number;
  readonly headers: HeadersFile | undefined;
  readonly rests: ServerRests | undefined;
  /** For the download that uses them. */
  readonly brake = new ReadBrake();
  private readonly certificates: readonly string[] | undefined;
  private readonly proxies = environmentProxies();
  private direct: Promise<Dispatcher> | undefined;
  private proxied: Promise<Dispatcher> | undefined;
  private readonly siblings: Connections[] = [];

  constructor(private readonly settings: ConnectionOptions = {}) {
    const { connectMs = CONNECT_MS, certificates, headers, rests } = settings;
    this.connectMs = connectMs;
    this.certificates = certificates;
    this.headers = headers;
    this.rests = rests;
  }

  /**
   * Others with the same settings, for downloads at the same time: 0 is itself, each is closed with it.
   *
   * @param readBytes that count when it is asked for the first time
   */
  beside(place: number, readBytes = this.settings.readBytes): Connections {
    if (place === 0) return this;
    return (this.siblings[place - 1] ??= new Connections({ ...this.settings, readBytes }));
  }

  /** Through which a URL is reached: a proxy, if the environment names one for it. */
  async dispatcherFor(url: string): Promise<Dispatcher> {
    if (mayNeedProxy(url, this.proxies)) {
      this.proxied ??= this.options().then((options) => proxyAgent(this.proxies, options));
      return this.proxied;
    }
    this.direct ??= this.options().then((options) => new Agent(options));
    return this.direct;
  }

  /** Ends them, and the downloads that use them; without that they end on their own. */
  async close(): Promise<void> {
    for (const agent of [this.direct, this.proxied]) await (await agent)?.destroy();
    // Without holes: places may be used in any order.
    for (const sibling of Object.values(this.siblings)) await sibling.close();
  }

  private async options() {
    const { connectMs: timeout, certificates } = this;
    const way = { timeout, ...(certificates && (await trusting(certificates))) };
    const idle = { keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS };
    return {
      ...idle,
      connections: 1,
      connect: reusingConnector(way, this.settings.readBytes),
      // For connections to proxies, and through them.
      proxyTls: way,
      requestTls: way,
      factory: (origin: string | URL, options: object) =>
        new Client(origin, this.readingFrom({ ...idle, ...options })),
    };
  }

  private readingFrom(options: UndiciClient.Options): UndiciClient.Options {
    const connect = options.connect as buildConnector.connector;
    return {
      ...options,
      connect: (target, callback) =>
        connect(target, (...[error, socket]) => {
          if (error === null) callback(null, lookingAtHeads(this.brake.stoppable(socket)));
          else callback(error, null);
        }),
    };
  }
}

async function trusting(certificates: readonly string[]) {
  // Loaded here: most servers are asked without TLS, which takes memory in each thread.
  const { createSecureContext, rootCertificates } = await import('node:tls');
  return { secureContext: createSecureContext({ ca: [...rootCertificates, ...certificates] }) };
}
