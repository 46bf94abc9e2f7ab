import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { call } from '../support/detector.js';
import { poll } from '../support/poll.js';

const COUNT = 30_000;
const CHANNELS = Array.from({ length: COUNT }, (_, n) => `SIMULATOR-SCALAR-FLOAT64-${n}`);

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
});

afterAll(() => beamline.clear());

async function settled(id: string): Promise<Record<string, unknown>> {
  return poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests/${id}`);
    const request = json.request as Record<string, unknown>;
    return ['written', 'failed'].includes(request.state as string) ? request : undefined;
  });
}

it('30,000 channels are one request and one file: recovered, written, checked, acquired again', async () => {
  const runs = beamline.pgroups('p12345');
  const killed = await beamline.broker(...runs);
  const { json } = await call('POST', `${beamline.url}/retrieve_from_buffers`, {
    ...{ pgroup: 'p12345', start_pulseid: 1000, stop_pulseid: 1001, channels_list: CHANNELS },
  });
  expect(json).toMatchObject({ status: 'ok', message: '1' });
  const [[file], [id]] = [json.files, json.request_ids] as [[string], [string]];
  await killed.end('SIGKILL');

  await beamline.broker(...runs);
  await beamline.writer();
  const all = { channels_asked: COUNT, channels_written: COUNT, channels_missing: 0 };
  expect(await settled(id)).toMatchObject({ state: 'written', ...all, rows: 2 * COUNT });
  const check = beamline.run('check', file, '--request', `${beamline.trail}:1`);
  expect({ code: await check.exitCode(), said: check.output.slice(-200) }).toMatchObject({
    code: 0,
    said: expect.stringMatching(/\ncomplete\n$/),
  });

  rmSync(file);
  const replay = beamline.run(
    ...['audit', 'replay', beamline.trail, '--broker_url', beamline.url],
    ...['--output_root', beamline.output, '--state_dir', beamline.state],
  );
  expect({ code: await replay.exitCode(), said: replay.output }).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^1 acquired again: 1 written/m),
  });
  expect(existsSync(file)).toBe(true);
}, 500_000);
