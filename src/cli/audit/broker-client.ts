import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import type { Overview } from '../../broker/overview/replies.js';
import type { RequestHead } from '../../report/request-record.js';
import { environmentProxies } from '../../config/proxies.js';
import { mayNeedProxy, proxyAgent } from '../../http-client/proxy-agent.js';
import type { WriteRequest } from '../../request/write-request.js';

const PATIENCE_MS = 60_000;
const RETRY_MS = 500;
/** A stream of events has a sign of life each 15 s. */
const SILENCE_MS = 45_000;
/** Statuses of a broker, or of a proxy before it, that can't answer just now. */
const TRY_AGAIN = [429, 502, 503, 504];

/** Fields of GET /requests. */
export type RequestsQuery = Readonly<Record<string, string>>;

type Method = 'GET' | 'POST' | 'DELETE';

/** The broker has not answered for too long. */
export class BrokerAway extends Error {
  override readonly name = 'BrokerAway';
  readonly code = 'broker_away';

  /** @param patience ms that it was waited for */
  constructor(
    private readonly url: string,
    patience: number,
    readonly reason: string,
    private readonly otherwise: string,
  ) {
    const since = patience === 0 ? 'does not answer' : `has not answered for ${patience / 1000} s`;
    super(
      `the broker ${url} ${since} (${reason}): start it or name ` +
        `another with --broker_url${otherwise}`,
    );
  }

  /** The same, of a caller who has asked it for longer. @param patience in ms */
  after(patience: number): BrokerAway {
    return new BrokerAway(this.url, patience, this.reason, this.otherwise);
  }
}

/** The broker does not take a request. */
export class BrokerRefused extends Error {
  override readonly name: string = 'BrokerRefused';
  readonly code = 'broker_refused';
}

export interface ClientOptions {
  /** Ms that a broker which is away is waited for, at each call. */
  readonly patience?: number;
  /** What else people can do then. */
  readonly otherwise?: string;
  /** Ms after which a call without an answer counts as one to a broker that is away. */
  readonly callTimeout?: number;
}

interface Submission {
  readonly key: string;
  readonly body: string;
}

interface Page {
  readonly requests: readonly RequestHead[];
  readonly next: string | null;
}

/** It does not know the request that was asked for. */
class NotKnown extends BrokerRefused {
  override readonly name = 'NotKnown';
}

/** Submits write requests to a broker and asks what became of them. */
export class BrokerClient {
  private readonly url: string;
  /** Undefined where no proxy is in between. */
  private readonly dispatcher: Promise<Dispatcher> | undefined;

  private readonly patience: number;
  private readonly otherwise: string;
  private readonly callTimeout: number | undefined;

  /** @param url the broker's REST interface */
  constructor(
    url: string,
    private readonly signal: AbortSignal,
    { patience = PATIENCE_MS, otherwise = '', callTimeout }: ClientOptions = {},
  ) {
    this.url = url.replace(/\/+$/, '');
    this.patience = patience;
    this.otherwise = otherwise;
    this.callTimeout = callTimeout;
    const proxies = environmentProxies();
    if (mayNeedProxy(url, proxies)) this.dispatcher = proxyAgent(proxies);
  }

  /** The broker at a glance. @throws BrokerRefused, BrokerAway, AbortError */
  async overview(): Promise<Overview> {
    return (await this.call<{ overview: Overview }>('GET', '/overview')).overview;
  }

  /**
   * Has a request recorded again: once, however often the answer is lost.
   *
   * @param force whether its file may be replaced by one with fewer rows
   * @returns the id under which it is recorded
   * @throws BrokerRefused, BrokerAway, AbortError
   */
  async submit(writeRequest: WriteRequest, force = false): Promise<string> {
    const submission = { key: randomUUID(), body: JSON.stringify(writeRequest) };
    const path = force ? '/requests?force=true' : '/requests';
    const reply = await this.call<{ request_id: string }>('POST', path, submission);
    return reply.request_id;
  }

  /** @throws BrokerRefused when it does not know the id, BrokerAway, AbortError */
  async request(id: string): Promise<RequestHead> {
    const path = `/requests/${encodeURIComponent(id)}`;
    return (await this.call<{ request: RequestHead }>('GET', path)).request;
  }

  /** Undefined where it does not know the id. @throws BrokerAway, AbortError */
  async find(id: string): Promise<RequestHead | undefined> {
    try {
      return await this.request(id);
    } catch (error) {
      if (error instanceof NotKnown) return undefined;
      throw error;
    }
  }

  /**
   * Changes of all requests as they happen, as server-sent events.
   *
   * @param after id of the last event that was seen
   * @returns undefined where it has none to give just now; a stream that fails where the broker goes away
   */
  async events(after: string | undefined): Promise<Readable | undefined> {
    const headers = {
      accept: 'text/event-stream',
      ...(after !== undefined && { 'last-event-id': after }),
    };
    try {
      const { statusCode, body } = await request(`${this.url}/events`, {
        headers,
        signal: this.signal,
        headersTimeout: this.callTimeout,
        bodyTimeout: SILENCE_MS,
        dispatcher: await this.dispatcher,
      });
      // Whoever reads it is told; who has left needs not be.
      if (statusCode === 200) return body.on('error', () => undefined);
      await body.dump();
    } catch (error) {
      if (this.signal.aborted) throw error;
    }
    return undefined;
  }

  /** The newest ones. @throws BrokerRefused, BrokerAway, AbortError */
  async newest(limit: number, query: RequestsQuery = {}): Promise<readonly RequestHead[]> {
    const page = new URLSearchParams({ ...query, limit: String(limit) });
    return (await this.call<Page>('GET', `/requests?${page.toString()}`)).requests;
  }

  /** Newest first. @throws BrokerRefused, BrokerAway, AbortError */
  async list(query: RequestsQuery): Promise<RequestHead[]> {
    const found: RequestHead[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page = new URLSearchParams({ ...query, limit: '1000', before: next });
      const path = `/requests?${page.toString()}`;
      const reply: Page = await this.call<Page>('GET', path);
      found.push(...reply.requests);
      ({ next } = reply);
    }
    return found;
  }

  /**
   * Cancels a request, also if the answer is lost.
   *
   * @throws BrokerRefused where it can't be cancelled; BrokerAway, AbortError
   */
  async cancel(id: string): Promise<void> {
    try {
      await this.call('DELETE', `/requests/${encodeURIComponent(id)}`);
    } catch (error) {
      const isCancelled = error instanceof BrokerRefused && (await this.find(id))?.cancelled;
      if (!isCancelled) throw error;
    }
  }

  private callSignal(): AbortSignal {
    if (this.callTimeout === undefined) return this.signal;
    return AbortSignal.any([this.signal, AbortSignal.timeout(this.callTimeout)]);
  }

  private async call<T>(method: Method, path: string, submission?: Submission): Promise<T> {
    const giveUp = Date.now() + this.patience;
    for (;;) {
      const result = await this.attempt(method, path, submission);
      if ('reply' in result) return result.reply as T;
      if (Date.now() >= giveUp)
        throw new BrokerAway(this.url, this.patience, result.away, this.otherwise);
      await sleep(RETRY_MS, undefined, { signal: this.signal });
    }
  }

  private async attempt(
    method: Method,
    path: string,
    submission: Submission | undefined,
  ): Promise<{ reply: unknown } | { away: string }> {
    let statusCode: number;
    let text: string;
    try {
      const answer = await request(this.url + path, {
        method,
        signal: this.callSignal(),
        dispatcher: await this.dispatcher,
        ...(submission && {
          headers: { 'content-type': 'application/json', 'idempotency-key': submission.key },
          body: submission.body,
        }),
      });
      statusCode = answer.statusCode;
      text = await answer.body.text();
    } catch (error) {
      if (this.signal.aborted) throw error;
      const { name, code, message } = error as NodeJS.ErrnoException;
      if (name === 'TimeoutError')
        return { away: `no answer within ${this.callTimeout! / 1000} s` };
      return { away: code ?? message };
    }
    if (TRY_AGAIN.includes(statusCode)) return { away: wordsOf(text) ?? `HTTP ${statusCode}` };
    if (statusCode !== 200) {
      const Refusal = statusCode === 404 ? NotKnown : BrokerRefused;
      throw new Refusal(wordsOf(text) ?? `${method} ${path}: HTTP ${statusCode}`);
    }
    return { reply: JSON.parse(text) };
  }
}

function wordsOf(text: string): string | undefined {
  try {
    const { status } = JSON.parse(text) as { status?: unknown };
    return typeof status === 'string' ? status : undefined;
  } catch {
    return undefined;
  }
}
