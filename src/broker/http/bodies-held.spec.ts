import { once } from 'node:events';
import { type Server, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BodiesHeld } from './bodies-held.js';
import { TooManyBodies } from './http-errors.js';
import { requestBody } from './request-body.js';

const MIB = 1024 * 1024;

describe('the memory of large bodies', () => {
  it('is that beyond the first megabyte of each, until it is free again', () => {
    const bodies = new BodiesHeld(3 * MIB);
    const [one, other, small] = [bodies.begin(), bodies.begin(), bodies.begin()];
    one.grow(3 * MIB);
    other.grow(2 * MIB);
    expect(() => other.grow(1)).toThrow(TooManyBodies);
    small.grow(MIB);
    one.release();
    one.release();
    other.grow(2 * MIB - 1);
    expect(() => small.grow(1)).toThrow(TooManyBodies);
  });
});

describe('calls with large bodies', () => {
  let server: Server;
  let answer: () => void;

  beforeEach(async () => {
    const app = express();
    app.use(requestBody(new BodiesHeld(2 * MIB)));
    app.post('/kept', (request, response) => {
      answer = () => response.send(String((request.body as Buffer).length));
      server.emit('kept');
    });
    app.post('/', (request, response) => {
      response.send(String((request.body as Buffer).length));
    });
    app.use(((error: Error, _request, response, _next) => {
      response.status(503).send(error.message);
    }) as express.ErrorRequestHandler);
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function post(path: string, size: number): Promise<string> {
    const { port } = server.address() as AddressInfo;
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method: 'POST' });
    outgoing.end(Buffer.alloc(size));
    const [response] = (await once(outgoing, 'response')) as [Parameters<typeof text>[0]];
    return text(response);
  }

  it('are refused while others have the memory, small ones never', async () => {
    const kept = once(server, 'kept');
    const first = post('/kept', 3 * MIB);
    await kept;
    expect(await post('/', 1.5 * MIB)).toMatch(/larger than 2097152 bytes together/);
    expect(await post('/', MIB)).toBe(String(MIB));
    answer();
    expect(await first).toBe(String(3 * MIB));
    await expect.poll(() => post('/', 3 * MIB)).toBe(String(3 * MIB));
  });
});
