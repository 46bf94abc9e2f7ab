import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { type Reply, call } from '../support/detector.js';
import { killedWithoutLoss, numbersOf, retrieve } from '../support/killed-retrievals.js';

it.each(['run', 'flat'] as const)(
  'a broker that is killed after any step of a retrieval loses nothing, in layout %s',
  async (layout) => {
    expect(await killedWithoutLoss(layout)).toBeGreaterThan(12);
  },
);

describe('two brokers on one pgroup, with sixteen clients', () => {
  it('never give a number twice, and every file is written', async () => {
    const [beamline, other] = [await Beamline.prepare(), await Beamline.prepare()];
    const flags = beamline.pgroups('p12345');
    try {
      await Promise.all([beamline, other].map((each) => each.broker(...flags)));
      const root = ['--output_root', beamline.raw('p12345')];
      await Promise.all([beamline, other].map((each) => each.writer(...root)));
      const clients = Array.from({ length: 16 }, async (_, client) => {
        const { url } = client % 2 === 0 ? beamline : other;
        const advanced = await call('POST', `${url}/advance_run_number`, { pgroup: 'p12345' });
        const steps = [1, 2].map((step) => ({ start_pulseid: 1990 + step, client_name: client }));
        const run_number = Number(advanced.json.run_number);
        const own = [
          await retrieve(url, { ...steps[0], run_number }),
          await retrieve(url, { ...steps[1], run_number }),
        ];
        return { advanced, own, next: await retrieve(url, steps[0]) };
      });
      const all = await Promise.all(clients);
      const taken = [...all.map(({ advanced }) => advanced), ...all.map(({ next }) => next)];
      expect(numbersOf(taken, 'run_number')).toEqual(taken.map((_, i) => i + 1));
      const acquired = all.flatMap(({ own, next }) => [...own, next]);
      expect(numbersOf(acquired, 'unique_acquisition_number')).toEqual(
        acquired.map((_, i) => i + 1),
      );
      expect(all.map(({ own }) => own.map(({ json }) => json.acquisition_number))).toEqual(
        all.map(() => ['1', '2']),
      );
      const files = acquired.flatMap(({ json }) => json.files as string[]);
      await Promise.all(
        all.map(({ own }, client) => settled(own[0], [beamline, other][client % 2])),
      );
      await Promise.all(
        all.map(({ next }, client) => settled(next, [beamline, other][client % 2])),
      );
      expect(
        files.filter((file) => !readdirSync(join(file, '..')).includes(basename(file))),
      ).toEqual([]);
    } finally {
      await Promise.all([beamline.clear(), other.clear()]);
    }
  }, 60_000);
});

async function settled({ json }: Reply, { url }: Beamline): Promise<void> {
  const run = json.run_number as string;
  const reply = await call('GET', `${url}/runs/p12345/${run}/wait?timeout=50`);
  expect(reply.json).toMatchObject({ settled: true, run: { complete: true } });
}
