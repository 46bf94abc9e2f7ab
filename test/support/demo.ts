import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunLayout } from '../../src/runs/run-layout.js';
import type { Beamline } from './beamline.js';

/** What `demo --run` prints. */
export async function demoOf(beamline: Beamline, layout: RunLayout): Promise<string> {
  const output = join(beamline.folder, `demo-${layout}`);
  const demo = beamline.run(
    ...['demo', '--run', '--run_layout', layout, '--output_root', output],
    ...['--audit_file', `${output}.log`, '--state_dir', `${output}-state`],
  );
  await demo.succeeds();
  return demo.output;
}

/** Makes sure that a demo's three steps were acquired whole, and its values compared. */
export function expectWhole(output: string, runs: number): void {
  expect(output.match(/^POST \/retrieve_from_buffers/gm)).toHaveLength(3);
  expect(output.match(/^GET \/runs\/pdemo\/\d\/wait +settled$/gm)).toHaveLength(runs);
  expect(output.match(/^complete$/gm)).toHaveLength(runs);
  expect(output).toMatch(/^\d+ values, all as simulated$/m);
}

/** Makes sure that a demo made an acquisition step by step, and that both files have what was simulated. */
export function expectAcquired(output: string): void {
  for (const word of ['stopped', 'configured', 'receiving']) expect(output).toContain(word);
  expect(output.match(/all as simulated/g)).toHaveLength(2);
  expect(output).toMatch(/^Page {2}http:\/\/localhost:10002\/ once '\S+ start' runs$/m);
}
