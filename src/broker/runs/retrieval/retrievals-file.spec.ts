import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../../request/parse-python-json.js';
import type { Plan } from '../../../runs/plan.js';
import type { Retrieval } from '../../../runs/retrieval.js';
import { answerOf } from './intents.js';
import type { Intent } from './retrieval-line.js';
import { RetrievalsFile } from './retrievals-file.js';

let folder: string;
let path: string;
let file: RetrievalsFile;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retrievals-'));
  path = join(folder, 'audit.log.retrievals');
  file = new RetrievalsFile(path);
  await file.open();
});
afterEach(async () => {
  await file.close();
  rmSync(folder, { recursive: true, force: true });
});

async function reopened(): Promise<RetrievalsFile> {
  await file.close();
  file = new RetrievalsFile(path);
  await file.open();
  return file;
}

const NOW = Date.now() / 1000;

const BODY = parsePythonJson(
  '{"gain": 1.0, "big": 9007199254740993, "at": NaN}',
) as Retrieval['body'];

function intentOf(
  id: string,
  { time = NOW, pgroup = 'p1', channels = ['A'], body = BODY } = {},
): Intent {
  const retrieval: Retrieval = {
    id,
    beamline: 'alvra',
    pgroup,
    layout: 'run',
    startPulseId: 1,
    stopPulseId: 2,
    rateMultiplicator: 1,
    channels,
    cameras: [],
    pvs: ['P'],
    detectors: {},
    taken: { pvs: true, detectors: false },
    body,
    requestTime: '2026-11-30 12:00:00.000000',
  };
  const plan: Plan = {
    raw: '/raw',
    runNumber: 7,
    acquisitionNumber: 1,
    uniqueAcquisitionNumber: 42,
    runFolder: '/raw/run0007',
    metadataFile: '/raw/run0007/meta/acq0001.json',
    scanStep: 0,
    files: [{ kind: 'BSDATA', path: '/raw/b.h5', logFile: '/raw/b.log' }],
    notWritten: {},
  };
  return { time, digest: `digest of ${id}`, address: '127.0.0.1', retrieval, plan };
}

describe('the retrievals file', () => {
  it('keeps what is neither recorded nor taken back, as it was', async () => {
    const intents = ['a', 'b', 'c'].map((id) => intentOf(id));
    for (const intent of intents) await file.note({ intent });
    file.noteLater(answerOf(intents[0]));
    file.noteLater({ undone: 'c' });
    const { state } = await reopened();
    expect([...state.pending.values()]).toEqual([intents[1]]);
    expect(state.pendingOf('digest of b')).toEqual(intents[1]);
    expect(state.pendingOf('digest of a')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toContain('"gain": 1.0, "big": 9007199254740993');
  });

  it('keeps what is left of a plan once others had their parts', async () => {
    const intent = intentOf('a');
    const plan = { ...intent.plan, files: [], notWritten: { pv_list: ['P'] } };
    await file.note({ intent });
    await file.note({ handed_on: 'a', plan });
    for (const _ of [1, 2]) {
      const { state } = await reopened();
      expect(state.pending.get('a')!.plan).toEqual(plan);
      expect(state.handedOn).toEqual(new Set(['a']));
    }
  });

  it('keeps an answer for a minute, and the newest run of each pgroup for good', async () => {
    const [old, recent, other] = [
      intentOf('old', { time: NOW - 61 }),
      intentOf('recent', { time: NOW - 30 }),
      intentOf('other', { time: NOW - 61, pgroup: 'p2' }),
    ];
    for (const intent of [old, recent, other]) {
      await file.note({ intent });
      file.noteLater(answerOf(intent));
    }
    for (const _ of [1, 2]) {
      const { state } = await reopened();
      expect(state.answerTo(recent.digest, NOW)).toEqual(answerOf(recent));
      expect(state.answerTo(old.digest, NOW)).toBeUndefined();
      expect(state.answerTo(recent.digest, NOW + 31)).toBeUndefined();
      expect(state.served.map(({ pgroup }) => pgroup)).toEqual(['p2', 'p1']);
    }
  });

  it('keeps no answer longer where the clock was set back', async () => {
    const intent = intentOf('a');
    await file.note({ intent });
    file.noteLater(answerOf(intent));
    expect(file.state.answerTo(intent.digest, NOW - 59)).toBeDefined();
    expect(file.state.answerTo(intent.digest, NOW - 3600)).toBeUndefined();
  });

  it('loses nothing when it is written afresh while it grows', async () => {
    const channels = Array.from({ length: 30_000 }, (_, i) => `CHANNEL-NAME-OF-SOME-LENGTH-${i}`);
    const intents = Array.from({ length: 8 }, (_, i) => intentOf(`${i}`, { channels, body: {} }));
    await Promise.all(
      intents.map(async (intent, i) => {
        await file.note({ intent });
        if (i % 2 === 1) file.noteLater(answerOf(intent));
      }),
    );
    const { state } = await reopened();
    expect([...state.pending.keys()].toSorted()).toEqual(['0', '2', '4', '6']);
    expect(state.answerTo('digest of 7', NOW)).toBeDefined();
    for (const i of [0, 2, 4, 6]) await file.note({ undone: `${i}` });
    await reopened();
    expect(readFileSync(path).length).toBeLessThan(10_000);
  });

  it('uses what can be read of a damaged one, and keeps it', async () => {
    await file.note({ intent: intentOf('a') });
    appendFileSync(path, '{"intent": {"retr\n{"later": "release"}\n');
    await file.note({ intent: intentOf('b') });
    const { state } = await reopened();
    expect([...state.pending.keys()]).toEqual(['a', 'b']);
    expect(readdirSync(folder).some((name) => name.includes('.damaged-'))).toBe(true);
  });

  it('fails by its name where it can not be written', async () => {
    await file.close();
    rmSync(folder, { recursive: true });
    appendFileSync(folder, '');
    await expect(file.note({ undone: 'a' })).rejects.toThrow(
      `Retrievals can't be noted in ${path} (`,
    );
  });
});
