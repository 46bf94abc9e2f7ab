import { afterEach, describe, expect, it } from 'vitest';
import { HttpFailure, ServerResting } from '../errors.js';
import { Connections } from './connections.js';
import { download } from './download.js';
import { RawServer } from './raw-server.fixture.js';
import { retryAfter } from './retry-after.js';
import { ServerRests } from './server-rests.js';

const NOW = Date.parse('2026-11-24T10:00:00Z');

describe('retryAfter', () => {
  it.each([
    [503, '120', 120],
    [429, ' 0 ', 0],
    [429, '86400', 900],
    [503, 'Tue, 24 Nov 2026 10:00:30 GMT', 30],
    [503, 'Tue, 24 Nov 2026 09:00:00 GMT', 0],
    [503, 'Wed, 25 Nov 2026 10:00:00 GMT', 900],
    [503, 'soon', undefined],
    [503, undefined, undefined],
    [500, '120', undefined],
    [200, '120', undefined],
  ])('reads of %s with %s: %s', (status, value, seconds) => {
    expect(retryAfter(status, value, NOW)).toBe(seconds);
  });
});

describe('a server that asks to be left alone', () => {
  const server = new RawServer();
  afterEach(() => server.close());

  it('is not asked before that is over, by any thread with the same memory', async () => {
    let asked = 0;
    const answer = (seconds: number) =>
      `HTTP/1.1 503 Busy\r\nRetry-After: ${seconds}\r\nContent-Length: 0\r\n\r\n`;
    const url = await server.serve((socket) => void socket.write(answer(asked++ === 0 ? 60 : 0)));
    const memory = ServerRests.memoryFor(['http://other.invalid', url]);
    const ask = async (given: SharedArrayBuffer | undefined) => {
      const rests = new ServerRests(['http://other.invalid', url], given);
      const connections = new Connections({ rests });
      try {
        return await download({ url: `${url}/again`, connections }, () => undefined);
      } finally {
        await connections.close();
      }
    };
    await expect(ask(memory)).rejects.toMatchObject({ status: 503, retryAfter: 60 });
    const resting: unknown = await ask(memory).catch((error: unknown) => error);
    expect(resting).toBeInstanceOf(ServerResting);
    expect(resting).toMatchObject({ code: 'http_status', transient: true });
    expect((resting as ServerResting).retryAfter).toBeGreaterThan(50);
    expect(asked).toBe(1);
    // Whoever was told that it may ask at once does, and so do those who know nothing.
    await expect(ask(undefined)).rejects.toBeInstanceOf(HttpFailure);
    new ServerRests(['http://other.invalid', url], memory).note(url, 0);
    await expect(ask(memory)).rejects.toMatchObject({ status: 503, retryAfter: 0 });
    expect(asked).toBe(3);
  });
});
