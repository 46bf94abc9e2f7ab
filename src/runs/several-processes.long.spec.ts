import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BookProcesses } from './book-processes.fixture.js';
import { noted, rawFolder, retrieval } from './pgroup.fixture.js';
import type { Plan } from './plan.js';
import { RunBooks } from './run-book.js';
import { readRun } from './run-on-disk.js';
import type { Retrieval } from './retrieval.js';

let processes: BookProcesses;
beforeAll(async () => void (processes = await BookProcesses.build()));
afterAll(() => processes.remove());

const distinct = (values: readonly unknown[]) => new Set(values.map(String)).size;

it('gives no number twice to sixteen clients of two processes', async () => {
  const raw = rawFolder();
  await new RunBooks().of(raw).advance();
  const task = { kind: 'clients', raw, clients: 8, retrieval: retrieval() } as const;
  const given = (await Promise.all([
    processes.run(task),
    processes.run(task),
  ])) as Partial<Plan>[][];
  const plans = given.flat();
  const acquired = plans.filter((each) => each.acquisitionNumber !== undefined);
  const ofRun1 = acquired.filter(({ runNumber }) => runNumber === 1);
  const taken = plans.map(({ runNumber }) => runNumber!).filter((number) => number !== 1);
  expect([plans.length, acquired.length, ofRun1.length]).toEqual([80, 48, 32]);
  expect(distinct(taken)).toBe(48);
  expect(Math.max(...taken)).toBe(49);
  expect(distinct(acquired.map((each) => each.uniqueAcquisitionNumber))).toBe(48);
  expect(distinct(ofRun1.map((each) => each.acquisitionNumber))).toBe(32);
  expect((await readRun(join(raw, 'run0001'))).acquisitions).toHaveLength(32);
  expect(scanOf(join(raw, 'run0001/meta/scan.json')).pulseIds).toHaveLength(32);
  expect(readFileSync(join(raw, 'run_info/LAST_ARUN'), 'utf8')).toBe('48');
}, 30_000);

describe('a process that is killed between two steps', () => {
  it.each([
    ['run', 13],
    ['flat', 9],
  ] as const)(
    'leaves what is completed, or nothing, in layout %s',
    async (layout, steps) => {
      const counts = Array.from({ length: steps + 1 }, (_, index) => index + 1);
      const ended: unknown[] = [];
      // As many at a time as there are processors on small machines.
      for (let at = 0; at < counts.length; at += 3) {
        const some = counts.slice(at, at + 3);
        ended.push(...(await Promise.all(some.map((after) => killedAfter(after, layout)))));
      }
      expect(ended).toEqual([...Array.from({ length: steps }), 'all of it']);
    },
    60_000,
  );
});

/** Kills a process after some steps, completes what it intended, and goes on in the same pgroup. */
async function killedAfter(after: number, layout: Retrieval['layout']): Promise<unknown> {
  const raw = rawFolder();
  const book = new RunBooks().of(raw);
  const asked = {
    layout,
    ...(layout === 'flat' && { scanInfo: { scan_name: 's' }, directoryName: 'a/b' }),
  };
  const first = await book.acquire(retrieval(asked), noted);
  const intent = join(raw, '..', 'intent');
  const ended = await processes.run({
    ...{ kind: 'crash', raw, after, intent },
    retrieval: retrieval(asked),
  });
  const numbers = [first.uniqueAcquisitionNumber];
  const files = [first.metadataFile];
  if (existsSync(intent)) {
    const { retrieval: intended, plan } = JSON.parse(readFileSync(intent, 'utf8')) as {
      retrieval: Retrieval;
      plan: Plan;
    };
    await book.complete(intended, plan);
    numbers.push(plan.uniqueAcquisitionNumber);
    files.push(plan.metadataFile);
  }
  const last = await book.acquire(retrieval(asked), noted);
  numbers.push(last.uniqueAcquisitionNumber);
  files.push(last.metadataFile);
  expect(distinct(numbers)).toBe(numbers.length);
  expect(distinct(files)).toBe(files.length);
  for (const file of files) expect(JSON.parse(readFileSync(file, 'utf8'))).toBeTypeOf('object');
  const scans =
    layout === 'run' ? files.map((file) => join(file, '../scan.json')) : [first.scanFile!];
  const steps = scans.flatMap((file) => scanOf(file).scan_files);
  expect([steps.length, distinct(steps)]).toEqual([files.length, files.length]);
  const left = readdirSync(join(raw, 'run_info')).filter((name) => name.startsWith('.'));
  expect(left).toEqual(['.lock']);
  return ended;
}

function scanOf(file: string) {
  return JSON.parse(readFileSync(file, 'utf8')) as {
    readonly pulseIds: readonly unknown[];
    readonly scan_files: readonly unknown[];
  };
}
