import { execFileSync, spawnSync } from 'node:child_process';

/** A Python that has h5py: Debian's, or the one on the path. Undefined where there is none. */
export function pythonWithH5py(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find(
    (python) => spawnSync(python, ['-c', 'import h5py']).status === 0,
  );
}

/** Whether this h5py reads images that are compressed with bitshuffle-LZ4. */
export function readsBitshuffle(python: string): boolean {
  const program = 'import h5py, sys; sys.exit(not h5py.h5z.filter_avail(32008))';
  return spawnSync(python, ['-c', program]).status === 0;
}

/** Versions of what the baseline runs on. */
export function pythonVersions(python: string): string {
  const program = [
    'import platform, h5py, numpy',
    'print(f"Python {platform.python_version()}, h5py {h5py.__version__}, "',
    '      f"HDF5 {h5py.version.hdf5_version}, numpy {numpy.__version__}", end=", ")',
    'try:',
    '    import ujson; print("ujson", ujson.__version__)',
    'except ImportError:',
    '    print("json of the standard library")',
  ];
  return execFileSync(python, ['-c', program.join('\n')], { encoding: 'utf8' }).trim();
}
