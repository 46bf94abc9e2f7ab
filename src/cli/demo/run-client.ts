import { request } from 'undici';
import type { Run } from '../../broker/runs/look/replies.js';

/** What `POST /retrieve_from_buffers` answers; numbers come as text. */
export interface RetrievalReply {
  readonly run_number: string;
  readonly acquisition_number: string;
  readonly files: readonly string[];
}

/** Talks to the broker as the beamlines' clients do. */
export class RunClient {
  /** @param url the broker's REST interface */
  constructor(
    private readonly url: string,
    private readonly pgroup: string,
  ) {}

  /** Takes the next run number. @throws Error with the broker's words */
  async advance(): Promise<number> {
    const { pgroup } = this;
    return (await this.post<{ run_number: number }>('/advance_run_number', { pgroup })).run_number;
  }

  /** Asks for pulses that are past. @throws Error with the broker's words */
  retrieve(body: object): Promise<RetrievalReply> {
    return this.post('/retrieve_from_buffers', { pgroup: this.pgroup, ...body });
  }

  /** The run when all its files are settled, or the time is up. @param seconds to wait at most */
  async wait(run: string, seconds: number): Promise<Run> {
    const path = `/runs/${this.pgroup}/${run}/wait?timeout=${seconds}`;
    return (await this.call<{ run: Run }>('GET', path)).run;
  }

  private post<T>(path: string, body: object): Promise<T> {
    return this.call('POST', path, JSON.stringify(body));
  }

  private async call<T>(method: 'GET' | 'POST', path: string, body?: string): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const answer = await request(this.url + path, { method, headers, body });
    const reply = (await answer.body.json()) as { status?: string; message?: string };
    // In the form of these clients, errors come with code 200 as well.
    if (answer.statusCode !== 200 || reply.status === 'error') {
      throw new Error(reply.message ?? `${method} ${path}: ${answer.statusCode}`);
    }
    return reply as T;
  }
}
