import { dirname } from 'node:path/posix';
import type { DatasetSummary, FileSummary } from '../../hdf5/read/inspect.js';

const MAX_VALUES_LENGTH = 60;

/** The datasets of a file under their groups: name, shape, type, first values. */
export function fileTree({ datasets }: FileSummary): string {
  const rows = datasets.map((dataset) => [
    dataset.path.slice(dirname(dataset.path).length + 1),
    `(${dataset.shape.join(', ')}${dataset.shape.length === 1 ? ',' : ''})`,
    dataset.type,
    firstValues(dataset),
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

/** As many of the first values as find room, the first one in any case. */
function firstValues({ first, type }: DatasetSummary): string {
  const shown = first.map((value) => {
    if (type.startsWith('string')) return JSON.stringify(value);
    return type === 'bool' ? String(value === '1') : value;
  });
  return shown.reduce((text, value) => {
    const longer = text === '' ? value : `${text}, ${value}`;
    return text === '' || longer.length <= MAX_VALUES_LENGTH ? longer : text;
  }, '');
}
