import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { inProject } from './paths.js';

/** Where and with what the figures came about, as lines of a list. */
export function machine(python: string, folder: string): string[] {
  const [cpu] = cpus();
  const disk = execFileSync('df', ['--output=source,fstype', folder], { encoding: 'utf8' });
  const load = loadavg().map((each) => each.toFixed(1));
  return [
    `${cpus().length} × ${cpu.model.trim()}, ${(totalmem() / 1e9).toFixed(0)} GB, ${type()} ${release()}`,
    `files on ${disk.trim().split('\n').at(-1)!.split(/\s+/).join(', ')}`,
    `Node.js ${process.version}, h5wasm ${versionOf('h5wasm')}, undici ${versionOf('undici')}`,
    python,
    `load over 1, 5 and 15 minutes at the end: ${load.join(', ')}`,
  ];
}

function versionOf(name: string): string {
  const path = inProject(`node_modules/${name}/package.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
