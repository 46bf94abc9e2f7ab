import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives all tests of a run a temporary folder of their own, and fails the run if they leave anything there. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sf-databuffer-tests-'));
  process.env.TMPDIR = folder;
  return () => {
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true, force: true });
    if (left.length === 0) return;
    console.error(`Tests left files in the temporary folder: ${left.join(', ')}`);
    // Vitest itself only reports an error that a teardown throws.
    process.exitCode = 1;
  };
}
