import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AuditTrail } from '../../../audit/audit-trail.js';
import type { BrokerSettings } from '../../../config/broker-settings.js';
import type { WriteRequest } from '../../../request/write-request.js';
import type { Retrieval } from '../../../runs/retrieval.js';
import { RunBooks } from '../../../runs/run-book.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Outbox } from '../../outbox/outbox.js';
import type { Statistics } from '../../process/statistics.js';
import type { HandOver } from './hand-over.js';
import { type Intent, retrievalLine } from './retrieval-line.js';
import type { RetrievalTally } from './retrieval-tally.js';
import { RetrievalsFile } from './retrievals-file.js';
import { Resumption } from './resumption.js';

let folder: string;
let raw: string;
const books = new RunBooks();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resumption-'));
  raw = join(folder, 'raw');
  mkdirSync(raw);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** A retrieval whose run is on disk, and whose requests are not in the trail. */
async function begun(id: string): Promise<Intent> {
  const retrieval: Retrieval = {
    id,
    beamline: 'alvra',
    pgroup: 'p1',
    layout: 'run',
    startPulseId: 1,
    stopPulseId: 2,
    rateMultiplicator: 1,
    channels: ['A'],
    cameras: [],
    pvs: [],
    detectors: {},
    taken: { pvs: false, detectors: false },
    body: {},
    requestTime: '2026-11-30 12:00:00.000000',
  };
  const plan = await books.of(raw).acquire(retrieval, () => Promise.resolve());
  return { time: 1, digest: id, address: '127.0.0.1', retrieval, plan };
}

function resumption(file: RetrievalsFile, recorded: (string | undefined)[]): Resumption {
  const trail = {
    append(requests: readonly WriteRequest[]) {
      recorded.push(...requests.map(({ request_id }) => request_id));
      return Promise.resolve(requests.map(() => ({})));
    },
  };
  return new Resumption(
    {} as BrokerSettings,
    file,
    books,
    {
      of: (intent: Intent) => Promise.resolve(intent),
      notify: () => undefined,
    } as unknown as HandOver,
    trail as unknown as AuditTrail,
    { lookup: { knows: () => false } } as unknown as Ledger,
    { add: () => undefined } as unknown as Outbox,
    { acquired: () => undefined } as unknown as Statistics,
    { count: () => undefined } as unknown as RetrievalTally,
  );
}

it('tries again what a predecessor left, and leaves to calls what they are at', async () => {
  const [left, own] = [await begun('left'), await begun('own')];
  const path = join(folder, 'audit.log.retrievals');
  writeFileSync(path, `${retrievalLine({ intent: left })}\n`);
  const file = new RetrievalsFile(path);
  const recorded: string[] = [];
  const resumed = resumption(file, recorded);
  renameSync(raw, `${raw}-away`);
  await resumed.onModuleInit();
  resumed.start();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
  await file.note({ intent: own });
  renameSync(`${raw}-away`, raw);
  await vi.advanceTimersByTimeAsync(30_000);
  await vi.waitFor(() => expect(recorded).toContain('left'));
  await vi.waitFor(() => expect([...file.state.pending.keys()]).toEqual(['own']));
  expect(recorded).toEqual(['left']);
  await resumed.onApplicationShutdown();
});
