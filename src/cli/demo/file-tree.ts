import { dirname } from 'node:path/posix';
import type { FileSummary } from '../../hdf5/read/inspect.js';
import { firstValues } from './first-values.js';

const MAX_VALUES_LENGTH = 60;

/** The datasets of a file under their groups: name, shape, type, first values. */
export function fileTree({ datasets }: FileSummary): string {
  const rows = datasets.map((dataset) => [
    dataset.path.slice(dirname(dataset.path).length + 1),
    `(${dataset.shape.join(', ')}${dataset.shape.length === 1 ? ',' : ''})`,
    dataset.type,
    firstValues(dataset, MAX_VALUES_LENGTH),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  return datasets
    .flatMap(({ path }, index) => {
      const group = dirname(path);
      const isFirst = index === 0 || dirname(datasets[index - 1].path) !== group;
      return isFirst ? [`  ${group}`, lines[index]] : [lines[index]];
    })
    .join('\n');
}
