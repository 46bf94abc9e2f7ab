import { dirname } from 'node:path/posix';
import type { DatasetSummary, FileSummary } from '../../hdf5/read/inspect.js';
import { textTable } from '../text-table.js';
import { firstValues } from './first-values.js';

const COLUMNS = [
  { head: '  channel' },
  { head: 'rows', right: true },
  { head: 'type' },
  { head: 'first values' },
];

const DATA = /^\/data\/(.+)\/data$/;

/** A line for each channel of a file: name, rows, type and shape of a value, first values. */
export function channelLines({ datasets }: FileSummary): string {
  const channels = datasets.filter(({ path }) => DATA.test(path));
  const rows = channels.map((dataset) => [
    `  ${dirname(dataset.path).slice('/data/'.length)}`,
    String(dataset.shape[0]),
    typeOf(dataset),
    firstValues(dataset, 22),
  ]);
  return textTable(COLUMNS, rows).join('\n');
}

/** E.g. `float32[1024]`. */
function typeOf({ type, shape }: DatasetSummary): string {
  const [, ...value] = shape;
  return value.join() === '1' ? type : `${type}[${value.join(', ')}]`;
}
