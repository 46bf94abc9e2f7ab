import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { backendOf } from '../request/channel.js';

/** A channel of a reply: values of the pulses from 1 on. */
export interface RepliedChannel {
  readonly name: string;
  readonly type?: string;
  readonly shape?: readonly number[];
  readonly values: readonly unknown[];
  /** In place of 1, 2, 3 … */
  readonly pulseIds?: readonly number[];
}

/** A server's answer to one query. */
export type Answer = (response: ServerResponse, query: Query) => void;

/** The parts of a query that tests look at. */
export interface Query {
  readonly channels: readonly { readonly name: string }[];
}

/** A reply of the data API's JSON protocol, name and type after the values. */
export function replyOf(...channels: RepliedChannel[]): string {
  return JSON.stringify(
    channels.map(({ name, type = 'float64', shape = [1], values, pulseIds }) => ({
      data: values.map((value, i) => ({
        pulseId: pulseIds?.[i] ?? i + 1,
        globalDate: `2018-06-08T14:04:51.55${i % 10}143344+02:00`,
        value,
        shape,
      })),
      configs: [{ type, shape }],
      channel: { name, backend: backendOf(name) },
    })),
  );
}

export const reply =
  (...channels: RepliedChannel[]): Answer =>
  (response) =>
    void response.end(replyOf(...channels));

export const status =
  (code: number, text = ''): Answer =>
  (response) =>
    void response.writeHead(code).end(text);

/** Too much to do: it wants to be left alone for some seconds. */
export const resting =
  (seconds: number): Answer =>
  (response) =>
    void response.writeHead(503, { 'retry-after': String(seconds) }).end();

export const text =
  (content: string): Answer =>
  (response) =>
    void response.end(content);

/** Breaks off in the middle of what would be a good reply. */
export const truncated =
  (...channels: RepliedChannel[]): Answer =>
  (response) => {
    const content = replyOf(...channels);
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.slice(0, content.length / 2), () => response.destroy());
  };

export const reset: Answer = (response) => void response.destroy();

/** A data API that answers one query after another as it is told; the last answer stays. */
export interface DataApi {
  readonly url: string;
  /** Bodies of the queries that came. */
  readonly queries: Query[];
}

/** Servers that are closed after the test. Call it once in a describe. */
export function dataApis(): (...answers: Answer[]) => Promise<DataApi> {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  return async (...answers) => {
    const queries: Query[] = [];
    const server = createServer((query, response) => {
      // Asked whether it answers, not what it has.
      if (query.method === 'GET') {
        response.writeHead(405).end();
        return;
      }
      const parts: Buffer[] = [];
      query.on('data', (part: Buffer) => parts.push(part));
      query.on('end', () => {
        const answer = answers[Math.min(queries.length, answers.length - 1)];
        queries.push(JSON.parse(Buffer.concat(parts).toString()) as Query);
        answer(response, queries.at(-1)!);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`, queries };
  };
}
