import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, parametersFor } from '../support/detector.js';
import { appeared } from '../support/hdf5.js';
import type { Service } from '../support/service.js';

let beamline: Beamline;
let broker: Service;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  broker = await beamline.broker();
});

afterAll(() => beamline.clear());

function cancel(...asked: string[]): Service {
  return beamline.run('audit', 'cancel', ...asked, '--broker_url', beamline.url);
}

it('what is cancelled by the name of its file is never written, whoever starts again', async () => {
  for (const [i, name] of ['a.h5', 'a.h5', 'b.h5'].entries()) {
    const parameters = parametersFor(beamline.file(name), ['SIMULATOR-PULSE-ID']);
    await acquire(beamline.url, parameters, 10 * i + 1, 10 * i + 2);
  }
  const cancelled = cancel('a.h5');
  expect(await cancelled.exitCode()).toBe(0);
  expect(cancelled.output).toMatch(/^cancelled {6}\/.*\/a\.h5 {2}\S+$/m);
  expect(cancelled.output).toMatch(/^2 cancelled$/m);

  await broker.end('SIGKILL');
  await beamline.broker();
  await beamline.writer();
  await appeared(beamline.file('b.h5'));
  expect(existsSync(beamline.file('a.h5'))).toBe(false);
  const folders = ['--output_root', beamline.output, '--state_dir', beamline.state];
  const status = beamline.run('audit', 'status', beamline.trail, ...folders);
  expect(await status.exitCode()).toBe(0);
  expect(status.output).toMatch(/^3 requests: 2 cancelled, 1 complete$/m);
  const list = beamline.run('audit', 'list', beamline.trail);
  expect(await list.exitCode()).toBe(0);
  expect(list.output.match(/a\.h5 .* cancelled$/gm)).toHaveLength(2);
  expect(list.output).toMatch(/b\.h5 .* \S+-\S+$/m);
});

it('what can not be cancelled is named, and why', async () => {
  const { requests } = (await (await fetch(`${beamline.url}/requests?state=written`)).json()) as {
    requests: { request_id: string }[];
  };
  const refused = cancel(requests[0].request_id, 'none.h5');
  expect(await refused.exitCode()).toBe(1);
  expect(refused.output).toContain('is written already');
  expect(refused.output).toContain('none.h5: no request waits or heals');
  expect(refused.output).toMatch(/^0 cancelled, 2 not$/m);
});
