import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { parseTrailLine } from '../../src/audit/trail-line.js';
import type { RunLayout } from '../../src/runs/run-layout.js';
import { Beamline } from './beamline.js';
import { type Reply, call } from './detector.js';
import type { Service } from './service.js';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'killed-after.mjs')).href;
const PGROUP = 'p12345';
/** More than a retrieval has. */
const MANY_STEPS = 60;

/** Retrieves a channel and a camera into the pgroup that these tests have. */
export function retrieve(url: string, body: object): Promise<Reply> {
  return call('POST', `${url}/retrieve_from_buffers`, {
    pgroup: PGROUP,
    stop_pulseid: 1999,
    channels_list: ['SIMULATOR-PULSE-ID'],
    camera_list: ['SIMULATOR-CAMERA-SMALL:FPICTURE'],
    scan_info: { scan_name: 'delay', scan_values: [1] },
    ...body,
  });
}

/** Numbers of replies, ascending. */
export function numbersOf(replies: readonly Reply[], name: string): number[] {
  return replies.map(({ json }) => Number(json[name])).toSorted((a, b) => a - b);
}

/**
 * Kills brokers after the first step of a retrieval, the second one and so on, in the same pgroup, until one gets
 * through, and has each retrieval repeated. Makes sure that every reply holds and that nothing is there twice.
 *
 * @returns how many retrievals there were
 */
export async function killedWithoutLoss(layout: RunLayout): Promise<number> {
  const beamline = await Beamline.prepare();
  try {
    const { replies, starts } = await killBetweenSteps(beamline, layout);
    expect(replies.map(({ json }) => json.status)).toEqual(replies.map(() => 'ok'));
    const perRun = layout === 'run' ? 'acquisition_number' : 'run_number';
    for (const name of ['unique_acquisition_number', perRun]) {
      expect(new Set(numbersOf(replies, name)).size).toBe(replies.length);
    }
    // Each reply's requests are in the trail, once, and nothing else is.
    const promised = replies.flatMap(({ json }) => json.request_ids as string[]);
    expect(recordedIds(beamline.trail).toSorted()).toEqual(promised.toSorted());
    const raw = beamline.raw(PGROUP);
    const scan = layout === 'run' ? 'run0001/meta/scan.json' : 'scan_info/delay.json';
    expect(pulsesIn(join(raw, scan))).toEqual(starts);
    for (const { json } of replies) {
      const number = Number(json.unique_acquisition_number);
      expect(metadata(raw, layout, json)).toMatchObject(
        layout === 'run'
          ? { unique_acquisition_run_number: number, request_ids: json.request_ids }
          : { run_number: Number(json.run_number), request_ids: json.request_ids },
      );
    }
    return replies.length;
  } finally {
    await beamline.clear();
  }
}

async function killBetweenSteps(beamline: Beamline, layout: RunLayout) {
  const { url } = beamline;
  const replies: Reply[] = [];
  const starts: number[] = [];
  let service = await mortalBroker(beamline, layout, 1);
  // Of the flat layout each has a run of its own.
  const run = layout === 'run' ? { run_number: 1 } : {};
  if (layout === 'run') await call('POST', `${url}/advance_run_number`, { pgroup: PGROUP });
  for (let step = 1, wasKilled = true; wasKilled && step < MANY_STEPS; step++) {
    service.child.kill('SIGUSR2');
    await service.until(() => service.output.includes('counting') || undefined);
    const body = { ...run, start_pulseid: 1900 + step };
    const reply = await retrieve(url, body).catch(() => undefined);
    wasKilled = reply === undefined;
    if (wasKilled) {
      await service.exitCode();
      service = await mortalBroker(beamline, layout, step + 1);
    }
    replies.push(reply ?? (await retrieve(url, body)));
    starts.push(1900 + step);
  }
  await service.end();
  return { replies, starts };
}

/** A broker that can be killed between two steps. */
async function mortalBroker(
  beamline: Beamline,
  layout: RunLayout,
  killedAfter: number,
): Promise<Service> {
  const env = { NODE_OPTIONS: `--import=${PRELOAD}`, SF_KILLED_AFTER: String(killedAfter) };
  const flags = [...beamline.pgroups(PGROUP), '--run_layout', layout];
  const service = beamline.runIn(env, ...beamline.brokerArguments(), ...flags);
  await service.logged('takes acquisitions');
  return service;
}

/** Ids in a trail, in its order. */
function recordedIds(trail: string): string[] {
  const lines = readFileSync(trail, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const entry = parseTrailLine(line);
    if ('damaged' in entry) throw new Error(line);
    return entry.request.request_id!;
  });
}

function pulsesIn(scanFile: string): number[] {
  const { pulseIds } = JSON.parse(readFileSync(scanFile, 'utf8')) as { pulseIds: number[][] };
  return pulseIds.map(([start]) => start).toSorted((a, b) => a - b);
}

function metadata(raw: string, layout: RunLayout, json: Record<string, unknown>): unknown {
  const number = (name: string, digits: number) => (json[name] as string).padStart(digits, '0');
  const file =
    layout === 'run'
      ? `run0001/meta/acq${number('acquisition_number', 4)}.json`
      : `run_info/000000/run_${number('run_number', 6)}.json`;
  return JSON.parse(readFileSync(join(raw, file), 'utf8'));
}
