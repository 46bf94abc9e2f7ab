import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunsBroker } from '../runs-broker.fixture.js';

let broker: RunsBroker;
const body = { pgroup: 'p12345' };

beforeEach(async () => {
  broker = await new RunsBroker().start();
});
afterEach(() => broker.remove());

async function numberOf(method: string, path: string): Promise<unknown> {
  const { status, json } = await broker.call(method, path, { body });
  expect([status, json.status]).toEqual([200, 'ok']);
  expect(json.message).toBe(String(json.run_number));
  return json.run_number;
}

describe('run numbers', () => {
  it('are taken one after another, under all names', async () => {
    expect(await numberOf('GET', '/get_current_run_number')).toBe(0);
    expect(await numberOf('POST', '/advance_run_number')).toBe(1);
    expect(await numberOf('GET', '/get_next_run_number')).toBe(2);
    expect(await numberOf('POST', '/get_next_run_number')).toBe(3);
    for (const name of ['get_current_run_number', 'get_last_run_number']) {
      expect(await numberOf('GET', `/${name}`)).toBe(3);
      expect(await numberOf('POST', `/${name}`)).toBe(3);
    }
    expect(broker.text('run_info/LAST_RUN')).toBe('3');
  });

  it('advance with each call, however equal and however many at once', async () => {
    const calls = Array.from({ length: 16 }, () => numberOf('POST', '/advance_run_number'));
    const numbers = (await Promise.all(calls)) as number[];
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });

  it('are those of a pgroup', async () => {
    mkdirSync(broker.rawOf('p2'), { recursive: true });
    await numberOf('POST', '/advance_run_number');
    const { json } = await broker.post('/advance_run_number', { pgroup: 'p2' });
    expect(json.run_number).toBe(1);
  });

  it('are in the log, and who closed a pgroup', async () => {
    await numberOf('POST', '/advance_run_number');
    await broker.post('/close_pgroup_writing', body);
    await expect
      .poll(() => broker.log.filter(({ msg }) => /^(run number|pgroup) /.test(String(msg))))
      .toMatchObject([
        { msg: 'run number taken', pgroup: 'p12345', run_number: 1 },
        { msg: 'pgroup closed', pgroup: 'p12345', peer: '127.0.0.1' },
      ]);
  });

  it.each([
    [undefined, 'pgroup is missing: give a pgroup, as p12345'],
    [{}, 'pgroup is missing: give a pgroup, as p12345'],
    [{ pgroup: 5 }, 'pgroup must be a text, as p12345'],
    [{ pgroup: '..' }, 'pgroup is "..", which names no pgroup'],
    [{ pgroup: 'p99999' }, 'pgroup has no raw folder'],
  ])('are refused for %j', async (given, message) => {
    for (const [method, path] of [
      ['POST', '/advance_run_number'],
      ['GET', '/get_current_run_number'],
      ['POST', '/close_pgroup_writing'],
    ]) {
      const { status, json } = await broker.call(method, path, { body: given });
      expect([status, json.status]).toEqual([200, 'error']);
      expect(json.message).toContain(message);
    }
  });

  it.each(['/get_next_run_number', '/get_current_run_number'])(
    'are not given to a page of another site: GET %s',
    async (path) => {
      const headers = { Origin: 'http://elsewhere.example' };
      const { status, json } = await broker.call('GET', path, { headers, body });
      expect([status, json.status]).toEqual([403, 'error']);
      expect(await numberOf('GET', '/get_current_run_number')).toBe(0);
    },
  );
});
