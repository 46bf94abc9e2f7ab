import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRun } from '../../runs/run-on-disk.js';
import { missingOfOthers } from './missing-of-others.js';

let raw: string;

beforeEach(() => {
  raw = mkdtempSync(join(tmpdir(), 'raw-'));
});

afterEach(() => rmSync(raw, { recursive: true, force: true }));

async function runOf(metadataFile: string, run: string) {
  const metadata = { pgroup: 'p12345', start_pulseid: 1, stop_pulseid: 2 };
  const asked = { channels_list: ['A'], pv_list: ['PV'], detectors: { JF01: {}, JF02: {} } };
  mkdirSync(join(raw, metadataFile, '..'), { recursive: true });
  writeFileSync(join(raw, metadataFile), JSON.stringify({ ...metadata, ...asked }));
  return readRun(join(raw, run));
}

it('names files of PVs and detectors that are not there, and how to ask for them', async () => {
  const run = await runOf('run0007/meta/acq0001.json', 'run0007');
  mkdirSync(join(raw, 'run0007/data'));
  writeFileSync(join(raw, 'run0007/data/acq0001.JF02.h5'), '');
  expect(missingOfOthers(run)).toBe(
    'not there, and written by others: acq0001.PVDATA.h5, acq0001.JF01.h5; ' +
      'ask for them with POST /retrieve_from_buffers (run_number 7, pv_list, detectors)',
  );
  expect(missingOfOthers(run, 'acq0001.JF01.h5')).toContain(': acq0001.JF01.h5; ');
  expect(missingOfOthers(run, 'acq0001.JF02.h5')).toBeUndefined();
  expect(missingOfOthers(run, 'acq0001.BSDATA.h5')).toBeUndefined();
});

it('has those of flat runs come as a new run', async () => {
  const file = 'run_info/000000/run_000003.json';
  const run = await runOf(file, file);
  expect(missingOfOthers(run, 'run_000003.PVCHANNELS.h5')).toMatch(
    /others: run_000003\.PVCHANNELS\.h5; .* \(pv_list\)$/,
  );
});
