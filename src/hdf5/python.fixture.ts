import { spawnSync } from 'node:child_process';

export const PYTHON = '/usr/bin/python3';

/** Whether Python has a module. */
export function hasPython(module: string): boolean {
  return spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
}

export const HAS_H5PY = hasPython('h5py');
export const HAS_H5DUMP = spawnSync('h5dump', ['--version']).status === 0;

/** Runs a Python program and parses the JSON that it prints; `f` in it is the file, opened by h5py. */
export function askH5py(path: string, lines: readonly string[]): unknown {
  const opened = ['import h5py, json, numpy as np, sys', "f = h5py.File(sys.argv[1], 'r')"];
  return askPython([...opened, ...lines], path);
}

/** Runs a Python program on a file and parses the JSON that it prints. */
export function askPython(lines: readonly string[], path: string): unknown {
  const program = lines.join('\n');
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', program, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
