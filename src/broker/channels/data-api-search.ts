import type { Dispatcher } from 'undici';
import { authorizationFor, withoutCredentials } from '../../config/url-credentials.js';
import { environmentProxies } from '../../config/proxies.js';
import type { Headers } from '../../http-client/header-lines.js';
import type { HeadersFile } from '../../http-client/headers-file.js';
import { mayNeedProxy, proxyAgent } from '../../http-client/proxy-agent.js';
import { refusedRemedy } from '../../http-client/refused-remedy.js';
import { withhold } from '../../http-client/withhold.js';
import { EventLog } from '../../logging/event-log.js';
import { type KnownChannel, type SearchCall, searchCall } from './search-call.js';

const TIME_LIMIT_MS = 5000;
/** A data API of a facility knows some 100,000 names, of up to 100 bytes each. */
const MAX_REPLY_BYTES = 32 * 1024 * 1024;

/** Each reply is held as a whole, and anybody may ask. */
const MOST_AT_ONCE = 4;

/** Searches for channels at a data API, as its URL tells how: see `searchCall`. */
export class DataApiSearch {
  private readonly logger = new EventLog('Broker');
  private proxy: Promise<Dispatcher> | undefined;
  private underWay = 0;

  /**
   * @param url of the data API, without `/channels` or `/search/channel`
   * @param headers that it wants; none by default
   */
  constructor(
    private readonly url: string,
    private readonly headers?: HeadersFile,
  ) {}

  /** Logs at the start what is wrong with its headers. Acquisitions don't need them. */
  async checkHeaders(): Promise<void> {
    try {
      await this.headers?.prove();
    } catch (error) {
      this.logger.error('no channels of the data API are found', { error });
    }
    this.warnOfHeaders();
  }

  /**
   * The channels whose names have a text in them, in upper or lower case.
   *
   * @throws Error that says why it could not be asked
   */
  async find(text: string): Promise<KnownChannel[]> {
    this.underWay++;
    try {
      if (this.underWay > MOST_AT_ONCE)
        throw new Error('it is busy with other searches, try again');
      const call = searchCall(this.url, text);
      return call.channelsIn(await this.ask(call));
    } catch (error) {
      const { message } = error as Error;
      throw new Error(
        `The data API at ${withoutCredentials(this.url)} could not be searched: ${message}.`,
        { cause: error },
      );
    } finally {
      this.underWay--;
    }
  }

  private async ask({ path, ...call }: SearchCall): Promise<unknown> {
    // Loaded here: at the start it would delay the first answer.
    const { request } = await import('undici');
    const { url } = this;
    const own = (await this.headers?.headersFor(url)) ?? {};
    this.warnOfHeaders();
    const { statusCode, body } = await request(url.replace(/\/+$/, '') + path, {
      method: call.method,
      headers: { ...authorizationFor(url), ...own, ...call.headers },
      body: call.body,
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
      dispatcher: await this.dispatcher(),
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`it answered with HTTP status ${this.withRemedy(statusCode)}`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_REPLY_BYTES)
        throw new Error(`it answered with over ${MAX_REPLY_BYTES} bytes`);
      chunks.push(chunk);
    }
    return parsed(Buffer.concat(chunks).toString(), own);
  }

  private withRemedy(status: number): string {
    const hasUser = 'authorization' in authorizationFor(this.url);
    const remedy = refusedRemedy(status, { headersFile: this.headers?.path, hasUser });
    return remedy === undefined ? `${status}` : `${status}; ${remedy}`;
  }

  private warnOfHeaders(): void {
    for (const error of this.headers?.takeWarnings() ?? []) {
      this.logger.warn('needs attention', { error });
    }
  }

  /** Undefined where no proxy is needed: then undici's own is used. */
  private async dispatcher(): Promise<Dispatcher | undefined> {
    const proxies = environmentProxies();
    if (!mayNeedProxy(this.url, proxies)) return undefined;
    return (this.proxy ??= proxyAgent(proxies));
  }
}

/** @throws SyntaxError that may quote the text, but nothing in it of the headers */
function parsed(text: string, own: Headers): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Without a cause, which would have the whole of it.
    throw new SyntaxError(withhold((error as Error).message, own));
  }
}
