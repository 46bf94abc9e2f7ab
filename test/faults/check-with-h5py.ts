import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PYTHON, HAS_H5PY } from '../../src/hdf5/python.fixture.js';
import type { FileFinding } from './check-files.js';
import type { PlannedRequest } from './planned-request.js';
import { type Element, trueColumns } from './truth.js';

const SAMPLE = 40;

const PROGRAM = `
import h5py, json, sys
def texts(values):
    return [each.decode() if isinstance(each, bytes) else str(each) for each in values.ravel()]
found = {}
for path in json.load(sys.stdin):
    with h5py.File(path, 'r') as file:
        found[path] = {name: texts(group['data'][:]) for name, group in file['data'].items()}
json.dump(found, sys.stdout)
`;

/** Values of some files, as a reader sees them that is not ours. Nothing where there is no h5py. */
export function checkWithH5py(output: string, findings: readonly FileFinding[]): string[] {
  const plans = findings.flatMap(({ of }) => of ?? []);
  const sample = plans.filter((_, n) => n % Math.ceil(plans.length / SAMPLE) === 0);
  if (!HAS_H5PY || sample.length === 0) return [];
  const paths = sample.map(({ file }) => join(output, file));
  const options = { input: JSON.stringify(paths), encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', PROGRAM], options);
  if (status !== 0) return [`h5py: ${stderr.trim().split('\n').at(-1)}`];
  const found = JSON.parse(stdout) as Record<string, Record<string, string[]>>;
  return sample.flatMap((plan, n) => differences(plan, found[paths[n]]));
}

function differences(
  plan: PlannedRequest,
  found: Readonly<Record<string, readonly string[]>>,
): string[] {
  return [...trueColumns(plan)].flatMap(([name, { data }]) => {
    const same =
      found[name]?.length === data.length &&
      data.every((value, at) => isSame(value, found[name][at]));
    return same ? [] : [`h5py reads other values of ${name} from ${plan.file}`];
  });
}

/** NumPy prints as many digits as a type needs, so a float32 has to be rounded again. */
function isSame(value: Element, text: string): boolean {
  if (typeof value !== 'number') return String(value) === text;
  return value === Number(text) || value === Math.fround(Number(text));
}
