import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the page and its broker: all calls are passed on, events are the test's own. */
export class EventsProxy {
  private readonly readers = new Set<ServerResponse>();
  private readonly server = createServer((asked, answer) => this.answer(asked, answer));
  private lastId = 0;

  constructor(private readonly brokerUrl: string) {}

  /** @returns its address */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many pages follow. */
  get followers(): number {
    return this.readers.size;
  }

  send(kind: 'state' | 'progress', head: object): void {
    const text = `id: ${++this.lastId}\nevent: ${kind}\ndata: ${JSON.stringify(head)}\n\n`;
    for (const reader of this.readers) reader.write(text);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(asked: IncomingMessage, answer: ServerResponse): void {
    if (asked.url === '/events') {
      answer.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      this.readers.add(answer);
      answer.on('close', () => this.readers.delete(answer));
      return;
    }
    const { method, url, headers } = asked;
    const host = new URL(this.brokerUrl).host;
    const passed = request(`${this.brokerUrl}${url}`, { method, headers: { ...headers, host } });
    passed.on('response', (reply) => {
      answer.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }
}
