import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Hdf5Library } from '../../src/hdf5/library/hdf5-library.js';
import { poison, writeSmallFile } from '../../src/hdf5/read/thread/poisoned-file.fixture.js';
import { Beamline } from '../support/beamline.js';
import { call } from '../support/detector.js';
import { poll } from '../support/poll.js';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
  mkdirSync(beamline.output);
});

afterEach(() => beamline.clear());

function files(what: string, query: Record<string, string>): string {
  return `${beamline.url}/files/${what}?${new URLSearchParams(query).toString()}`;
}

/** Processes that a process has started. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}

function hasOpen(pid: number, file: string): boolean {
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === file;
    } catch {
      return false; // Closed just now.
    }
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('reads in a process that the broker outlives', async () => {
  const broker = await beamline.broker();
  const pid = broker.child.pid!;
  const before = new Set(childrenOf(pid));
  writeFileSync(join(beamline.output, 'a.h5'), 'no HDF5');
  const ask = () => call('GET', files('meta', { file: 'a.h5' }));
  expect((await ask()).code).toBe(422);
  const readers = () => childrenOf(pid).filter((each) => !before.has(each));
  const [first] = readers();
  process.kill(first, 'SIGSTOP');
  const hanging = ask();
  process.kill(first, 'SIGKILL');
  expect(await hanging).toMatchObject({
    code: 503,
    json: { message: expect.stringContaining('ended by itself') },
  });
  await broker.logged('reading process ended');
  expect((await ask()).code).toBe(422);
  const metrics = await (await fetch(`${beamline.url}/metrics`)).text();
  expect(metrics).toContain('sf_databuffer_viewer_processes_ended_total{reason="died"} 1');

  const calls = await Promise.all(
    Array.from({ length: 200 }, () => ask().catch(() => ({ code: 0 }))),
  );
  expect(new Set(calls.map(({ code }) => code))).toEqual(new Set([422]));
  expect((await call('GET', `${beamline.url}/status`)).code).toBe(200);
});

it('reads in a process that does not outlive the broker, whatever it is at', async () => {
  const poisoned = beamline.file('poisoned.h5');
  writeSmallFile(await Hdf5Library.load(), poisoned);
  poison(poisoned);
  const broker = await beamline.broker();
  const before = new Set(childrenOf(broker.child.pid!));
  const busy = call('GET', files('attr', { file: poisoned })).catch(() => 'no answer');
  const reader = await poll(() => {
    const found = childrenOf(broker.child.pid!).find((each) => !before.has(each));
    return found !== undefined && hasOpen(found, poisoned) ? found : undefined;
  });
  await broker.end('SIGKILL');
  expect(await busy).toBe('no answer');
  await poll(() => !isThere(reader) || undefined);
});
