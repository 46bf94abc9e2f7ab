import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningSimulator, startSimulator } from './simulator.fixture.js';

const CAMERA = 'SIMULATOR-IMAGE-UINT16-640X480-1:FPICTURE';
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const MB = 1e6;

let simulator: RunningSimulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.app.close());

/** A query whose reply is not read yet. */
async function open(
  channel: string,
  pulses: number,
): Promise<{ call: ClientRequest; reply: IncomingMessage }> {
  const call = request(`${simulator.url}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  const range = { startPulseId: 1, endPulseId: pulses };
  call.end(JSON.stringify({ channels: [channel], range }));
  const [reply] = (await once(call, 'response')) as [IncomingMessage];
  return { call, reply };
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a long reply', () => {
  it('takes no memory', async () => {
    const before = inUse();
    const { reply } = await open(CAMERA, 600);
    let bytes = 0;
    let most = 0;
    let readings = 0;
    for await (const chunk of reply) {
      bytes += (chunk as Buffer).length;
      if (bytes > readings * 10 * MB) {
        readings++;
        most = Math.max(most, inUse() - before);
      }
    }
    expect(reply.complete).toBe(true);
    expect(bytes).toBeGreaterThan(500 * MB);
    expect(most).toBeLessThan(100 * MB);
  });

  it('waits for a client that does not read, and ends when the client is gone', async () => {
    const { call, reply } = await open(SCALAR, 1e9);
    reply.pause();
    // Time enough to compute many megabytes, were it not for the client.
    await simulator.query([CAMERA], 1, 100);
    const gone = once(reply, 'close');
    call.destroy();
    await gone.catch(() => undefined);
    const abandoned = await vi.waitFor(() => {
      const event = simulator.events.find(
        ({ message }) => message === 'query abandoned by the client',
      );
      expect(event).toBeDefined();
      return event!;
    }, 10_000);
    expect(abandoned.fields.bytes).toBeLessThan(20 * MB);
  });

  it('does not keep others waiting', async () => {
    const { call, reply } = await open(SCALAR, 1e9);
    reply.on('error', () => undefined).resume();
    const begin = performance.now();
    await simulator.query(['SIMULATOR-PULSE-ID'], 1, 10);
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(reply.complete).toBe(false);
    call.destroy();
  });

  it('is broken off within a second when the application closes', async () => {
    const { reply } = await open(SCALAR, 1e9);
    const broken = once(reply, 'error');
    reply.resume();
    const begin = performance.now();
    await simulator.app.close();
    await broken;
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(reply.complete).toBe(false);
  });
});
