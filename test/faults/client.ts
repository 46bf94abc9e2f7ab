import { dataApiRequest } from '../../src/request/write-request.js';
import { dirname, join } from 'node:path';
import { type Reply, call, parametersFor } from '../support/detector.js';
import { Patience } from './patience.js';
import { DISK_FOLDERS, type PlannedRequest } from './planned-request.js';
import type { Role } from './role.js';
import { readAccepted } from './trail.js';

const PAGE = 1000;

/** A request as the broker describes it. */
export interface RequestState {
  readonly request_id: string;
  readonly state: string;
  readonly attempt: number;
  readonly output_file: string;
  readonly lane?: string;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly accepted: number;
  readonly time: number;
  readonly writer_id?: string;
  readonly next_attempt?: number;
  readonly first_failed?: number;
  readonly failures?: number;
  readonly deaths?: number;
  readonly no_error_file?: string;
}

export interface RequestHistory extends RequestState {
  readonly history: readonly {
    readonly time: number;
    readonly state: string;
    readonly attempt: number;
    readonly writer_id?: string;
    readonly failure?: { readonly code: string; readonly message: string };
  }[];
}

interface Counts {
  readonly requests_queued: number;
  readonly requests_under_way: number;
  readonly requests_healing: number;
}

/** Asks a broker that dies now and then for files, and what became of them. */
export class Client {
  constructor(
    private readonly url: string,
    private readonly broker: Role,
    private readonly trail: string,
    private readonly output: string,
  ) {}

  /** Asks until the request is accepted: where there was no answer, the trail tells. */
  async submit(request: PlannedRequest): Promise<void> {
    for (;;) {
      await this.broker.working();
      const answered =
        request.by === 'acquisition' ? await this.acquire(request) : await this.post(request);
      if (answered) return;
      // What a broker had in hand is in the trail or lost when the next one works.
      await this.broker.working();
      if (readAccepted(this.trail).some(({ number }) => number === request.number)) return;
    }
  }

  /**
   * Waits until nothing is open, and nothing is tried again but what full disks don't take.
   *
   * @param seconds in which one more has to end, on a machine that does nothing else
   * @returns how many requests are open, if none ends any more
   */
  async settled(seconds: number): Promise<number> {
    const patience = new Patience(seconds);
    for (let least = Infinity; ;) {
      const open = await this.open();
      if (open === 0) return 0;
      if (open !== undefined && open < least) {
        least = open;
        patience.renew();
      }
      if (patience.isOver) return open ?? -1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** All requests that the broker knows. */
  async requests(): Promise<RequestState[]> {
    const all: RequestState[] = [];
    for (let before = ''; ;) {
      const page = await this.list(`?limit=${PAGE}${before && `&before=${before}`}`);
      if (!page) throw new Error('the broker does not tell what became of its requests');
      all.push(...page);
      if (page.length < PAGE) return all;
      before = page.at(-1)!.request_id;
    }
  }

  /** One request with its history; undefined where the broker does not answer. */
  async request(id: string): Promise<RequestHistory | undefined> {
    const reply = await this.tried('GET', `requests/${id}`);
    return reply?.json.request as RequestHistory | undefined;
  }

  /** How many requests are open: more than a page of a list has. */
  private async open(): Promise<number | undefined> {
    const counts = (await this.tried('GET', 'statistics'))?.json.statistics as Counts | undefined;
    if (!counts) return undefined;
    const { requests_queued: queued, requests_under_way: underWay, requests_healing } = counts;
    if (queued + underWay > 0 || requests_healing === 0) return queued + underWay;
    const healing = (await this.requests()).filter((each) => each.next_attempt !== undefined);
    const full = Object.values(DISK_FOLDERS).map((folder) => join(this.output, folder));
    return healing.filter((each) => !full.includes(dirname(each.output_file))).length;
  }

  private async list(query: string): Promise<RequestState[] | undefined> {
    const reply = await this.tried('GET', `requests${query}`);
    return reply?.json.requests as RequestState[] | undefined;
  }

  private async post({ channels, range, ...request }: PlannedRequest): Promise<boolean> {
    const named = channels.map((name) => ({ name, backend: 'sf-databuffer' }));
    const reply = await this.tried('POST', 'requests', {
      data_api_request: JSON.stringify(dataApiRequest(named, range)),
      parameters: JSON.stringify(this.parameters({ ...request, channels, range })),
      timestamp: Date.now() / 1000,
      ...(request.by === 'replay' && { request_id: `of-another-trail-${request.number}` }),
    });
    return accepted(reply);
  }

  /** As DIA, and two detector writers, the second of which stops what is stopped. */
  private async acquire(request: PlannedRequest): Promise<boolean> {
    const { startPulseId, endPulseId } = request.range;
    if (!accepted(await this.tried('POST', 'parameters', this.parameters(request)))) return false;
    if (!accepted(await this.tried('PUT', `start_pulse_id/${startPulseId}`))) return false;
    const stops = [
      await this.tried('PUT', `stop_pulse_id/${endPulseId}`),
      (await this.broker.working(), await this.tried('PUT', `stop_pulse_id/${endPulseId}`)),
    ];
    return accepted(stops[0]);
  }

  private parameters({ file, channels, compact }: PlannedRequest): object {
    return {
      ...parametersFor(join(this.output, file), channels),
      ...(!compact && { output_file_format: 'extended' }),
    };
  }

  /** @returns undefined where there was no answer */
  private async tried(method: string, path: string, body?: object): Promise<Reply | undefined> {
    try {
      return await call(method, `${this.url}/${path}`, body);
    } catch (error) {
      if (isConnectionLost(error)) return undefined;
      throw error;
    }
  }
}

/** @throws where a broker refuses what is right */
function accepted(reply: Reply | undefined): boolean {
  if (reply === undefined || reply.code === 503) return false;
  if (reply.code === 200) return true;
  throw new Error(`the broker answered HTTP ${reply.code}: ${reply.text}`);
}

function isConnectionLost(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code ?? '');
}
