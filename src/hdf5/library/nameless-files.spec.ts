import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundle } from '../../writer/bundle.fixture.js';

const CHILD = `
  const { ready } = await import('h5wasm/node');
  const { loadPackedChunks } = await import(process.argv[2]);
  const h5 = await ready;
  // All that is needed is on disk when HDF5 hears of it.
  h5.insert_plugin_search_path = () => process.kill(process.pid, 'SIGKILL');
  loadPackedChunks(h5);
`;

it('a process that is killed while HDF5 loads a filter leaves nothing behind', async () => {
  const module = await bundle('../hdf5/library/load-packed-chunks.ts');
  const temporary = mkdtempSync(join(tmpdir(), 'nameless-'));
  try {
    // Beside the module, so that packages are found from there.
    const script = new URL('child.mjs', module.url);
    writeFileSync(script, CHILD);
    const child = fork(script, [module.url.href], { env: { ...process.env, TMPDIR: temporary } });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(readdirSync(temporary)).toEqual([]);
  } finally {
    rmSync(temporary, { recursive: true });
    module.remove();
  }
});
