import createClient, { type Client } from 'openapi-fetch';
import { BrokerAway, BrokerRefused, NotWritten, RunNotWritten } from './errors.js';
import { type BrokerEvent, eventsIn } from './events.js';
import type { components, paths } from './openapi.js';
import { isSettled } from './settled.js';

export { BrokerAway, BrokerRefused, NotWritten, RunNotWritten, isSettled, type BrokerEvent };
export type { components, operations, paths } from './openapi.js';

export type BrokerClient = Client<paths>;
type Schemas = components['schemas'];
export type RequestHead = Schemas['RequestHead'];
export type RequestRecord = Schemas['RequestRecord'];
export type PastAcquisition = Schemas['PastAcquisition'];
export type Retrieval = Schemas['RetrieveRequest'];
export type Retrieved = Schemas['RetrievalReply'];
export type Run = Schemas['Run'];
export type RunFile = Schemas['RunFile'];

/** A request, or its id. */
export type RequestOrId = string | Pick<RequestHead, 'request_id'>;

export interface BrokerOptions {
  /** Ms that a broker which is away is waited for, at each call: a minute by default. */
  readonly patience?: number;
  /** Ms after which a call without an answer counts as lost: half a minute by default. */
  readonly timeout?: number;
}

export interface WaitOptions {
  /** Ends the waiting; the requests go on. */
  readonly signal?: AbortSignal;
  /** Called with each request as it stands, whenever that changes. */
  readonly onProgress?: (request: RequestHead) => void;
  /** Whether also what failed and is tried again by itself is waited for, as when a disk is full: it is by default. */
  readonly heal?: boolean;
}

export interface RunWaitOptions {
  /** Ends the waiting; the run goes on. */
  readonly signal?: AbortSignal;
  /** Called with the run as it stands, each time it is looked at. */
  readonly onProgress?: (run: Run) => void;
  /** Whether also what failed and is tried again by itself is waited for, as when a disk is full: it is by default. */
  readonly heal?: boolean;
}

export interface EventOptions {
  /** Id of the last event that was seen; without, only what happens from now on. */
  readonly after?: string;
  /** Ends the events. */
  readonly signal?: AbortSignal;
}

/** The result of a call of {@link BrokerClient}. */
interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** An answer did not come, or says to ask again. */
class Lost {
  constructor(
    readonly reason: string,
    readonly refusal?: BrokerRefused,
  ) {}
}

const AGAIN_MS = 500;
/** A broker takes equal retrievals for the same one for a minute. */
const SAME_RETRIEVAL_MS = 45_000;
/** A broker says at the latest after so long how a run stands. */
const RUN_LOOK_MS = 2000;
/** Kinds of files that this service writes; those of others are not waited for. */
const OURS: readonly string[] = ['BSDATA', 'BSREAD', 'CAMERAS'];
/** States of a run's file that is there. */
const THERE: readonly string[] = ['written', 'skipped', 'there'] satisfies RunFile['state'][];
/** Statuses of a broker, or of a proxy before it, that can't answer just now. */
const TRY_AGAIN = [429, 502, 503, 504];

/**
 * A client of a broker: paths, parameters, bodies and replies are typed by its OpenAPI document. A call
 * returns `data`, or `error` where the broker refuses it.
 *
 * @param baseUrl of its REST interface, e.g. `http://localhost:10002`
 * @throws TypeError at a call, where the broker can't be reached
 */
export function brokerClient(baseUrl: string): BrokerClient {
  return createClient<paths>({ baseUrl: baseUrl.replace(/\/+$/, '') });
}

/** Whether a request failed, and the broker tries it again by itself. */
export function isHealing({ state, next_attempt: next }: RequestHead): boolean {
  return state === 'failed' && next !== undefined;
}

/** A broker by its REST interface. */
export class Broker {
  /** All its calls. */
  readonly calls: BrokerClient;
  private readonly patience: number;
  private readonly timeout: number;

  /** @param url e.g. `http://sf-daq:10002` */
  constructor(
    readonly url: string,
    { patience = 60_000, timeout = 30_000 }: BrokerOptions = {},
  ) {
    this.calls = brokerClient(url);
    this.patience = patience;
    this.timeout = timeout;
  }

  /**
   * Has pulses that are past written, while they are in the data buffer. Nothing is recorded twice, however often an
   * answer is lost.
   *
   * @returns the request of each file: one, or two where there are cameras
   * @throws BrokerRefused, BrokerAway
   */
  async acquire(
    body: PastAcquisition,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<RequestHead[]> {
    const header = { 'Idempotency-Key': newKey() };
    const { request_ids } = await this.answer(
      (until) => this.calls.POST('/acquisitions', { body, params: { header }, signal: until }),
      signal,
    );
    return Promise.all(request_ids.map((id) => this.request(id, { signal })));
  }

  /**
   * Has pulses that are past written into a run of a pgroup, as the facility's own clients do. Nothing is recorded
   * twice, however often an answer is lost.
   *
   * @returns its numbers, and the names of its files, which are yet to come: see {@link waitForRun}
   * @throws BrokerRefused, BrokerAway
   */
  async retrieve(
    body: Retrieval,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Retrieved> {
    const header = { 'Idempotency-Key': newKey() };
    const reply = await this.answer(
      (until) =>
        this.calls.POST('/retrieve_from_buffers', { body, params: { header }, signal: until }),
      signal,
      // Later it would be another one.
      Math.min(this.patience, SAME_RETRIEVAL_MS),
    );
    if (reply.status === 'ok') return reply;
    throw new BrokerRefused(reply.message, 200);
  }

  /**
   * Waits until all files of a run are settled. A broker that is started again meanwhile is waited for.
   *
   * @returns it as it stands then; `complete` says whether all is in its files, null where that is not known
   * @throws RunNotWritten where a file is not there in the end; BrokerRefused with status 404, BrokerAway; the
   *   signal's reason
   */
  async waitForRun(
    pgroup: string,
    run: number,
    { signal, onProgress, heal = true }: RunWaitOptions = {},
  ): Promise<Run> {
    const timeout = Math.min(RUN_LOOK_MS, this.timeout / 2) / 1000;
    const params = { path: { pgroup, run }, query: { timeout } };
    for (;;) {
      const reply = await this.answer(
        (until) => this.calls.GET('/runs/{pgroup}/{run}/wait', { params, signal: until }),
        signal,
      );
      onProgress?.(reply.run);
      const files = reply.run.acquisitions_list.flatMap((each) => each.files);
      if (files.some((file) => !file.settled && (heal || file.next_attempt === undefined)))
        continue;
      const absent = files.filter(
        (file) => OURS.includes(file.kind) && !THERE.includes(file.state),
      );
      if (absent.length > 0) throw new RunNotWritten(reply.run, absent);
      return reply.run;
    }
  }

  /** A request as it stands now, with its history. @throws BrokerRefused with status 404; BrokerAway */
  async request(
    request: RequestOrId,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<RequestRecord> {
    const path = { request_id: idOf(request) };
    const reply = await this.answer(
      (until) => this.calls.GET('/requests/{request_id}', { params: { path }, signal: until }),
      signal,
    );
    return reply.request;
  }

  /**
   * Waits until requests are settled, by what the broker has recorded of them. A broker that is started again
   * meanwhile is waited for.
   *
   * @returns them as they stand then, in the order given; of what the data buffer did not have their files lack it
   * @throws NotWritten where one ends without a file; BrokerRefused, BrokerAway; the signal's reason
   */
  async wait(
    requests: RequestOrId | readonly RequestOrId[],
    { signal, onProgress, heal = true }: WaitOptions = {},
  ): Promise<RequestHead[]> {
    const several = typeof requests === 'object' && 'length' in requests ? requests : [requests];
    const ids = several.map(idOf);
    const known = new Map<string, RequestHead>();
    const open = new Set(ids);
    const see = (head: RequestHead) => {
      known.set(head.request_id, head);
      if (isSettled(head) && !(heal && isHealing(head))) open.delete(head.request_id);
      onProgress?.(head);
    };
    await this.follow(open, see, signal);
    const ended = ids.map((id) => known.get(id)!);
    const [first, ...others] = ended.filter(({ state }) => !['written', 'skipped'].includes(state));
    if (first) throw new NotWritten([first, ...others]);
    return ended;
  }

  /**
   * The broker's events, for as long as they are read. A connection that ends is opened again, and missed events
   * come first; `gap` where the broker no longer has them.
   *
   * @throws BrokerAway, BrokerRefused; the signal's reason
   */
  async *events({ after, signal }: EventOptions = {}): AsyncGenerator<BrokerEvent, void> {
    let lastId = after;
    for (let isFirst = true; ; isFirst = false) {
      const stream = await this.patiently(() => this.stream(lastId, signal), signal);
      // Nobody knows what it was, without an id to ask by.
      if (!isFirst && lastId === undefined) yield { kind: 'gap', id: undefined };
      for await (const event of untilTheEnd(stream, signal)) {
        lastId = event.id ?? lastId;
        yield event;
      }
      await pause(AGAIN_MS, signal);
    }
  }

  private async follow(
    open: ReadonlySet<string>,
    see: (head: RequestHead) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let lastId: string | undefined;
    for (;;) {
      const stream = await this.stream(lastId, signal);
      const events = stream instanceof Lost ? undefined : untilTheEnd(stream, signal);
      try {
        // Second: what happens after the look is among the events.
        for (const id of open) see(await this.request(id, { signal }));
        if (open.size === 0) return;
        for await (const event of events ?? []) {
          lastId = event.id ?? lastId;
          if (event.kind === 'gap') break;
          if ('request' in event && open.has(event.request.request_id)) see(event.request);
          if (open.size === 0) return;
        }
      } finally {
        await events?.return();
        // Nobody has begun to read it; it may have broken off since.
        if (!(stream instanceof Lost) && !stream.locked) {
          await stream.cancel().catch(() => undefined);
        }
      }
      // The events have ended, or some were missed: what is open is looked at again.
      await pause(AGAIN_MS, signal);
    }
  }

  private async stream(
    after: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ReadableStream<Uint8Array> | Lost> {
    const header = after === undefined ? {} : { 'Last-Event-ID': after };
    // For the beginning of the reply alone.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('it took too long')), this.timeout);
    try {
      const outcome = await this.once(
        () =>
          this.calls.GET('/events', {
            params: { header: header as { 'Last-Event-ID'?: number } },
            parseAs: 'stream',
            signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
          }),
        signal,
      );
      return outcome as ReadableStream<Uint8Array> | Lost;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A call that may be repeated, as it is harmless or has a key. */
  private answer<T>(
    call: (until: AbortSignal) => Promise<Answer<T>>,
    signal: AbortSignal | undefined,
    patience?: number,
  ): Promise<T> {
    const attempt = () => {
      const late = AbortSignal.timeout(this.timeout);
      return this.once(() => call(signal ? AbortSignal.any([signal, late]) : late), signal);
    };
    return this.patiently(attempt, signal, patience);
  }

  private async patiently<T>(
    attempt: () => Promise<T | Lost>,
    signal: AbortSignal | undefined,
    patience = this.patience,
  ): Promise<T> {
    const giveUp = Date.now() + patience;
    for (;;) {
      const outcome = await attempt();
      if (!(outcome instanceof Lost)) return outcome;
      if (Date.now() >= giveUp) {
        const text = `the broker ${this.url} does not answer (${outcome.reason}): start it, or give another url`;
        throw outcome.refusal ?? new BrokerAway(text);
      }
      await pause(AGAIN_MS, signal);
    }
  }

  private async once<T>(
    call: () => Promise<Answer<T>>,
    signal: AbortSignal | undefined,
  ): Promise<T | Lost> {
    let answer: Answer<T>;
    try {
      answer = await call();
    } catch (error) {
      signal?.throwIfAborted();
      return new Lost(reasonOf(error));
    }
    const { data, error, response } = answer;
    if (data !== undefined) return data;
    const refusal = new BrokerRefused(wordsOf(error) ?? `HTTP ${response.status}`, response.status);
    if (TRY_AGAIN.includes(response.status)) return new Lost(refusal.message, refusal);
    throw refusal;
  }
}

/** Events until their connection ends, in whatever way. @throws the signal's reason */
async function* untilTheEnd(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<BrokerEvent, void> {
  try {
    yield* eventsIn(stream);
  } catch {
    signal?.throwIfAborted();
  }
}

function idOf(request: RequestOrId): string {
  return typeof request === 'string' ? request : request.request_id;
}

/** Not by `crypto.randomUUID`, which pages over plain http don't have. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function wordsOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}

/** Node's `fetch` has the reason in `cause`, browsers tell none. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
