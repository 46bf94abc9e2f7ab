import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Servers that answer as a test tells them, and note what they are asked. */
export class DataServers {
  private readonly servers: Server[] = [];

  /** @param answer to each question, by its URL @returns the base of its data API */
  async serve(answer: (url: URL) => Answer): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://server');
      asked.push(url.pathname + url.search);
      answer(url)(response, request);
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/4`, asked };
  }

  async close(): Promise<void> {
    for (const server of this.servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

export const status =
  (code: number, body = ''): Answer =>
  (response) =>
    void response.writeHead(code).end(body);
