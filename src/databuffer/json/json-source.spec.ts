import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TruncatedReply } from '../errors.js';
import { questionFor } from '../question.fixture.js';
import { JsonSource } from './json-source.js';
import { readReply, RecordingSink } from './recording-sink.fixture.js';
import { MEMORY } from './tree.fixture.js';

const server = createServer();

afterEach(async () => {
  server.removeAllListeners('request').closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Serves the pieces one after another, each as a chunk of its own. */
async function serve(pieces: readonly string[]): Promise<string> {
  server.on('request', (_request, response) => {
    for (const piece of pieces) response.write(piece);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`;
}

const PIECES = [
  '[{"data":[{"pulseId":1,"val',
  'ue":2.5}],"configs":[{"type":"float64","shape":[1]}],"chan',
  'nel":{"name":"A","backend":"sf-databuffer"}}]',
];

describe('a JSON source', () => {
  it('brings the reply into the sink', async () => {
    const url = await serve(PIECES);
    const sink = new RecordingSink();
    const source = new JsonSource({ url, memory: MEMORY });
    const result = await source.read(questionFor(['A', 'B']), sink);
    expect(sink.values('A')).toStrictEqual([2.5]);
    expect(result).toMatchObject({ missing: ['B'], notRequested: [], rows: 1 });
  });

  it.each([1, 2, 5])('takes a reply with a byte order mark, in pieces of %i bytes', (size) => {
    const reply = Buffer.from(`\ufeff${PIECES.join('')}`);
    const cuts = Array.from(reply.keys()).filter((at) => at % size === 0);
    const sink = new RecordingSink();
    readReply(reply, sink, { expected: { channels: ['A'] }, cuts });
    expect(sink.values('A')).toStrictEqual([2.5]);
  });

  it('fails, to be tried again, when a reply ends cleanly and too early', async () => {
    const url = await serve(PIECES.slice(0, 2));
    const source = new JsonSource({ url, memory: MEMORY });
    const reply = source.read(questionFor(['A']), new RecordingSink());
    await expect(reply).rejects.toThrow(TruncatedReply);
  });
});
