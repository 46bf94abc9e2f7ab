import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Retrieval } from './retrieval.js';

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A pgroup's raw folder, removed after the test. */
export function rawFolder(): string {
  const folder = temporaryFolder();
  const raw = join(folder, 'p12345', 'raw');
  mkdirSync(raw, { recursive: true });
  return raw;
}

let made = 0;

/** A retrieval of two channels, with what a test is about. */
export function retrieval(differences: Partial<Retrieval> = {}): Retrieval {
  const channels = differences.channels ?? ['SAR-B', 'SAR-A'];
  const number = String(++made).padStart(12, '0');
  return {
    id: `5f0d7e9c-3c55-4f8e-9e0c-${number}`,
    beamline: 'alvra',
    pgroup: 'p12345',
    layout: 'run',
    startPulseId: 1000,
    stopPulseId: 1099,
    rateMultiplicator: 1,
    channels,
    cameras: [],
    pvs: [],
    detectors: {},
    taken: { pvs: false, detectors: false },
    body: {
      pgroup: 'p12345',
      start_pulseid: 1000,
      stop_pulseid: 1099,
      rate_multiplicator: 1,
      channels_list: channels,
    },
    requestTime: `2026-11-30 18:30:00.${number.slice(-6)}`,
    ...differences,
  };
}

/** An intent that nobody notes. */
export const noted = (): Promise<void> => Promise.resolve();
