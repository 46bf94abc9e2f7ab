import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Metadata of an acquisition, as the facility's broker writes it; see `writeRun`. */
export type Metadata = Readonly<Record<string, unknown>>;

/**
 * A run as it lies in a raw folder, in the layout with a folder for each run.
 *
 * @param acquisitions what their metadata has beside what each has
 * @returns its folder
 */
export function writeRun(raw: string, run: number, acquisitions: readonly Metadata[]): string {
  const folder = join(raw, `run${String(run).padStart(4, '0')}`);
  for (const name of ['data', 'logs', 'meta']) mkdirSync(join(folder, name), { recursive: true });
  for (const [index, more] of acquisitions.entries()) {
    const metadata = {
      pgroup: 'p12345',
      beamline: 'simulator',
      run_number: run,
      acquisition_number: index + 1,
      unique_acquisition_run_number: 100 + index,
      request_time: `2026-11-30 18:30:0${index % 10}.250000`,
      start_pulseid: 1000,
      stop_pulseid: 1009,
      rate_multiplicator: 1,
      channels_list: ['A', 'B'],
      ...more,
    };
    const name = `acq${String(index + 1).padStart(4, '0')}.json`;
    writeFileSync(join(folder, 'meta', name), JSON.stringify(metadata));
  }
  return folder;
}

/** The file of an acquisition. @param kind BSDATA, CAMERAS, … */
export function fileOf(folder: string, acquisition: number, kind: string): string {
  return join(folder, 'data', `acq${String(acquisition).padStart(4, '0')}.${kind}.h5`);
}
