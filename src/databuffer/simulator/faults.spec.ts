import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, parseReply, startSimulator } from './simulator.fixture.js';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.app.close());

const range = { startPulseId: 1, endPulseId: 100 };
const ask = (name: string) =>
  simulator.post('/query', { channels: ['SIMULATOR-PULSE-ID', name], range });

describe('faulty channels', () => {
  it('fail as often as their names say, then are ordinary scalars', async () => {
    const replies = [];
    for (let attempt = 0; attempt < 3; attempt++)
      replies.push(await ask('SIMULATOR-FAULT-HTTP-503-2'));
    expect(replies.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(JSON.parse(replies[0].text)).toMatchObject({ status: 503 });
    expect(parseReply(replies[2].text).map(({ data }) => data.length)).toEqual([100, 100]);
  });

  it('are counted by name, and anew in every application', async () => {
    expect((await ask('SIMULATOR-FAULT-EMPTY-1-a')).text).toBe('[]');
    expect((await ask('SIMULATOR-FAULT-EMPTY-1-b')).text).toBe('[]');
    expect((await ask('SIMULATOR-FAULT-EMPTY-1-a')).text).not.toBe('[]');
    const other = await startSimulator();
    try {
      const channels = ['SIMULATOR-FAULT-EMPTY-1-a'];
      expect((await other.post('/query', { channels, range })).text).toBe('[]');
    } finally {
      await other.app.close();
    }
  });

  it('replace the list by an object, or by what is not JSON', async () => {
    const object = await ask('SIMULATOR-FAULT-OBJECT-1');
    expect(object.status).toBe(200);
    expect(JSON.parse(object.text)).toMatchObject({ status: 500 });
    const garbage = await ask('SIMULATOR-FAULT-GARBAGE-1');
    expect(garbage.status).toBe(200);
    expect(() => JSON.parse(garbage.text) as unknown).toThrow(SyntaxError);
  });

  it('cut the reply in the middle, with a proper end', async () => {
    const cut = await ask('SIMULATOR-FAULT-CUT-1');
    const whole = await ask('SIMULATOR-FAULT-CUT-1');
    expect(cut.text).toBe(whole.text.slice(0, Math.floor(whole.text.length / 2)));
  });

  it('close the connection in the middle', async () => {
    await expect(ask('SIMULATOR-FAULT-RESET-1')).rejects.toThrow(
      /other side closed|terminated|Invalid EOF/,
    );
    expect((await ask('SIMULATOR-FAULT-RESET-1')).status).toBe(200);
  });

  it('fall silent in the middle, until the client goes', async () => {
    const leave = new AbortController();
    const reply = await fetch(`${simulator.url}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channels: ['SIMULATOR-FAULT-STALL-1'], range }),
      signal: leave.signal,
    });
    const reader = reply.body!.getReader();
    const first = await reader.read();
    expect(first.value!.length).toBeGreaterThan(1000);
    const more = reader.read();
    // Another query is answered meanwhile, nothing more of this one comes.
    const answered = ask('SIMULATOR-1HZ').then(() => 'answered');
    expect(await Promise.race([more, answered])).toBe('answered');
    leave.abort();
    await expect(more).rejects.toThrow('aborted');
  });
});
