import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTrailLine } from '../src/audit/trail-line.js';
import { Beamline } from './support/beamline.js';
import { type Reply, call } from './support/detector.js';
import type { Service } from './support/service.js';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'support/killed-after.mjs')).href;
/** More than a retrieval has. */
const MANY_STEPS = 60;

let beamline: Beamline;
let raw: string;

beforeEach(async () => {
  beamline = await Beamline.prepare();
  raw = join(beamline.folder, 'p12345', 'raw');
  mkdirSync(raw, { recursive: true });
});
afterEach(() => beamline.clear());

function runFlags(layout = 'run'): string[] {
  return [
    ...['--pgroup_root', join(beamline.folder, '{pgroup}', 'raw')],
    ...['--beamlines', 'simulator=127.0.0.0/8', '--run_layout', layout],
  ];
}

/** A broker that can be killed between two steps. */
async function broker(layout: string, killedAfter: number): Promise<Service> {
  const env = { NODE_OPTIONS: `--import=${PRELOAD}`, SF_KILLED_AFTER: String(killedAfter) };
  const service = beamline.runIn(env, ...beamline.brokerArguments(), ...runFlags(layout));
  await service.logged('takes acquisitions');
  return service;
}

function retrieve(body: object, url = beamline.url): Promise<Reply> {
  return call('POST', `${url}/retrieve_from_buffers`, {
    pgroup: 'p12345',
    stop_pulseid: 1999,
    channels_list: ['SIMULATOR-PULSE-ID'],
    camera_list: ['SIMULATOR-CAMERA-SMALL:FPICTURE'],
    scan_info: { scan_name: 'delay', scan_values: [1] },
    ...body,
  });
}

/** Ids in a trail, in its order. */
function recordedIds(trail = beamline.trail): string[] {
  const lines = readFileSync(trail, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const entry = parseTrailLine(line);
    if ('damaged' in entry) throw new Error(line);
    return entry.request.request_id!;
  });
}

function numbersOf(replies: readonly Reply[], name: string): number[] {
  return replies.map(({ json }) => Number(json[name])).toSorted((a, b) => a - b);
}

function pulsesIn(scanFile: string): number[] {
  const { pulseIds } = JSON.parse(readFileSync(scanFile, 'utf8')) as { pulseIds: number[][] };
  return pulseIds.map(([start]) => start).toSorted((a, b) => a - b);
}

describe('a broker that is killed between two steps of a retrieval', () => {
  it.each([
    ['run', 1],
    // Every second one, as most are the same.
    ['flat', 2],
  ])(
    'leaves what the next one makes good, in layout %s',
    async (layout, stride) => {
      const replies: Reply[] = [];
      const starts: number[] = [];
      let service = await broker(layout, 1);
      // Of the flat layout each has a run of its own.
      const run = layout === 'run' ? { run_number: 1 } : {};
      if (layout === 'run') {
        await call('POST', `${beamline.url}/advance_run_number`, { pgroup: 'p12345' });
      }
      for (let step = 1, wasKilled = true; wasKilled && step < MANY_STEPS; step += stride) {
        service.child.kill('SIGUSR2');
        await service.until(() => service.output.includes('counting') || undefined);
        const body = { ...run, start_pulseid: 1900 + step };
        const reply = await retrieve(body).catch(() => undefined);
        wasKilled = reply === undefined;
        if (wasKilled) {
          await service.exitCode();
          service = await broker(layout, step + stride);
        }
        replies.push(reply ?? (await retrieve(body)));
        starts.push(1900 + step);
      }
      await service.end();

      expect(replies.length).toBeGreaterThan(10 / stride);
      expect(replies.map(({ json }) => json.status)).toEqual(replies.map(() => 'ok'));
      expect(new Set(numbersOf(replies, 'unique_acquisition_number')).size).toBe(replies.length);
      const perRun = layout === 'run' ? 'acquisition_number' : 'run_number';
      expect(new Set(numbersOf(replies, perRun)).size).toBe(replies.length);
      // Each reply's requests are in the trail, once, and nothing else is.
      const promised = replies.flatMap(({ json }) => json.request_ids as string[]);
      expect(recordedIds().toSorted()).toEqual(promised.toSorted());
      const scan = layout === 'run' ? 'run0001/meta/scan.json' : 'scan_info/delay.json';
      expect(pulsesIn(join(raw, scan))).toEqual(starts);
      for (const { json } of replies) {
        const number = Number(json.unique_acquisition_number);
        expect(metadata(layout, json)).toMatchObject(
          layout === 'run'
            ? { unique_acquisition_run_number: number, request_ids: json.request_ids }
            : { run_number: Number(json.run_number), request_ids: json.request_ids },
        );
      }
    },
    120_000,
  );
});

function metadata(layout: string, json: Record<string, unknown>): unknown {
  const number = (name: string, digits: number) => (json[name] as string).padStart(digits, '0');
  const file =
    layout === 'run'
      ? `run0001/meta/acq${number('acquisition_number', 4)}.json`
      : `run_info/000000/run_${number('run_number', 6)}.json`;
  return JSON.parse(readFileSync(join(raw, file), 'utf8'));
}

describe('two brokers on one pgroup, with sixteen clients', () => {
  it('never give a number twice, and every file is written', async () => {
    const other = await Beamline.prepare();
    const [one, two] = [beamline, other].map((each) =>
      each.run(...each.brokerArguments(), ...runFlags()),
    );
    const writers = [
      await beamline.writer('--output_root', raw),
      await other.writer('--output_root', raw),
    ];
    try {
      await Promise.all([one, two].map((each) => each.logged('takes acquisitions')));
      const clients = Array.from({ length: 16 }, async (_, client) => {
        const { url } = client % 2 === 0 ? beamline : other;
        const advanced = await call('POST', `${url}/advance_run_number`, { pgroup: 'p12345' });
        const steps = [1, 2].map((step) => ({ start_pulseid: 1990 + step, client_name: client }));
        const run_number = Number(advanced.json.run_number);
        const own = [
          await retrieve({ ...steps[0], run_number }, url),
          await retrieve({ ...steps[1], run_number }, url),
        ];
        return { advanced, own, next: await retrieve(steps[0], url) };
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
      await Promise.all(writers.map((writer) => writer.end('SIGKILL')));
      await other.clear();
    }
  }, 60_000);
});

async function settled({ json }: Reply, { url }: Beamline): Promise<void> {
  const run = json.run_number as string;
  const reply = await call('GET', `${url}/runs/p12345/${run}/wait?timeout=50`);
  expect(reply.json).toMatchObject({ settled: true, run: { complete: true } });
}

function basename(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
