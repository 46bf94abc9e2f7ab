import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Beamline } from './support/beamline.js';
import { acquire, parametersFor } from './support/detector.js';
import { appeared, valuesOf } from './support/hdf5.js';
import { poll } from './support/poll.js';

const CHANNEL = 'SIMULATOR-PULSE-ID';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

function replay() {
  const { trail, url, output, state } = beamline;
  const folders = ['--output_root', output, '--state_dir', state];
  return beamline.run('audit', 'replay', trail, '--broker_url', url, ...folders);
}

async function acquireAll(...names: string[]): Promise<void> {
  for (const [i, name] of names.entries()) {
    const parameters = parametersFor(beamline.file(name), [CHANNEL]);
    await acquire(beamline.url, parameters, 10 * i + 1, 10 * i + 2);
  }
}

const recorded = () => readFileSync(beamline.trail, 'utf8').split('\n').slice(0, -1);

describe('audit replay', () => {
  it('has the broker acquire again what is failed or lost, and nothing else', async () => {
    await Promise.all([beamline.broker(), beamline.writer()]);
    await acquireAll('a.h5', 'b.h5', 'c.h5');
    for (const name of ['a.h5', 'b.h5', 'c.h5']) await appeared(beamline.file(name));
    rmSync(beamline.file('a.h5'));
    rmSync(beamline.file('b.h5'));
    writeFileSync(`${beamline.file('b.h5')}.err`, `${recorded()[1]}\n`);

    const first = replay();
    expect(await first.exitCode()).toBe(0);
    expect(first.output.trim()).toBe('2 acquired again: 2 written');
    expect(readdirSync(beamline.output).sort()).toEqual(['a.h5', 'b.h5', 'c.h5']);
    expect(await valuesOf(beamline.file('b.h5'), `/data/${CHANNEL}/data`)).toEqual([11n, 12n]);
    const ids = recorded().map((line) => JSON.parse(line.slice(18)) as Record<string, string>);
    expect(ids.slice(3).map((each) => each.replay_of)).toEqual(
      ids.slice(0, 2).map((each) => each.request_id),
    );

    const second = replay();
    expect(await second.exitCode()).toBe(0);
    expect(second.output.trim()).toBe('0 to acquire again');
  });

  it('leaves to the broker what is under way when it is interrupted, and finds it again', async () => {
    const broker = await beamline.broker('--audit_trail_only');
    await acquireAll('a.h5');
    await broker.end();
    await beamline.broker();
    const interrupted = replay();
    await poll(() => (recorded().length === 2 ? true : undefined));
    expect(await interrupted.end('SIGINT')).toBe(130);
    // Open, unless the signal came before the broker's answer.
    expect(interrupted.output).toMatch(/^(open|not begun) .*a\.h5/m);
    expect(interrupted.output).toMatch(/^1 acquired again: 1 (open|not begun)$/m);

    const again = replay();
    await beamline.writer();
    expect(await again.exitCode()).toBe(0);
    expect(recorded()).toHaveLength(2);
  });
});
