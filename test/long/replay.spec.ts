import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, parametersFor } from '../support/detector.js';
import { appeared, valuesOf } from '../support/hdf5.js';
import { poll } from '../support/poll.js';
import type { Service } from '../support/service.js';

const CHANNEL = 'SIMULATOR-PULSE-ID';

// One broker runs for all tests, and one writer from when it is asked for.
let beamline: Beamline;
let writer: Promise<Service> | undefined;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker();
});

afterAll(() => beamline.clear());

function writerRuns(): Promise<Service> {
  writer ??= beamline.writer();
  return writer;
}

function replay(...trails: string[]): Service {
  const { url, output, state } = beamline;
  const folders = ['--output_root', output, '--state_dir', state];
  return beamline.run('audit', 'replay', ...trails, '--broker_url', url, ...folders);
}

async function acquireAll(...names: string[]): Promise<void> {
  for (const [i, name] of names.entries()) {
    const parameters = parametersFor(beamline.file(name), [CHANNEL]);
    await acquire(beamline.url, parameters, 10 * i + 1, 10 * i + 2);
  }
}

const recorded = () =>
  existsSync(beamline.trail) ? readFileSync(beamline.trail, 'utf8').split('\n').slice(0, -1) : [];

describe('audit replay', () => {
  it('leaves to the broker what is under way when it is interrupted, and finds it again', async () => {
    const trail = join(beamline.folder, 'old.trail');
    const request = {
      data_api_request: JSON.stringify({
        channels: [{ name: CHANNEL, backend: 'sf-databuffer' }],
        range: { startPulseId: 1, endPulseId: 2 },
      }),
      parameters: JSON.stringify(parametersFor(beamline.file('old.h5'))),
      timestamp: 1529914272.25,
    };
    writeFileSync(trail, `[20180625-101112] ${JSON.stringify(request)}\n`);
    const interrupted = replay(trail);
    await poll(() => (recorded().length === 1 ? true : undefined));
    expect(await interrupted.end('SIGINT')).toBe(130);
    // Open, unless the signal came before the broker's answer.
    expect(interrupted.output).toMatch(/^(open|not started) .*old\.h5/m);
    expect(interrupted.output).toMatch(/^1 acquired again: 1 (open|not started)$/m);

    const again = replay(trail, beamline.trail);
    await writerRuns();
    expect(await again.exitCode()).toBe(0);
    expect(recorded()).toHaveLength(1);
    expect(await valuesOf(beamline.file('old.h5'), `/data/${CHANNEL}/data`)).toEqual([1n, 2n]);
  });

  it('has the broker acquire again what is failed or lost, and nothing else', async () => {
    await writerRuns();
    const before = recorded().length;
    await acquireAll('a.h5', 'b.h5', 'c.h5');
    for (const name of ['a.h5', 'b.h5', 'c.h5']) await appeared(beamline.file(name));
    rmSync(beamline.file('a.h5'));
    rmSync(beamline.file('b.h5'));
    writeFileSync(`${beamline.file('b.h5')}.err`, `${recorded()[before + 1]}\n`);

    const first = replay(beamline.trail);
    expect(await first.exitCode()).toBe(0);
    expect(first.output.trim()).toBe('2 acquired again: 2 written');
    const files = readdirSync(beamline.output).filter((name) => name !== 'old.h5');
    expect(files.sort()).toEqual(['a.h5', 'b.h5', 'c.h5']);
    expect(await valuesOf(beamline.file('b.h5'), `/data/${CHANNEL}/data`)).toEqual([11n, 12n]);
    const ids = recorded()
      .slice(before)
      .map((line) => JSON.parse(line.slice(18)) as Record<string, string>);
    // They are submitted side by side.
    expect(ids.slice(3).map((each) => each.replay_of)).toEqual(
      expect.arrayContaining(ids.slice(0, 2).map((each) => each.request_id)),
    );
    expect(ids).toHaveLength(5);

    const second = replay(beamline.trail);
    expect(await second.exitCode()).toBe(0);
    expect(second.output.trim()).toBe('0 to acquire again');
  });
});
