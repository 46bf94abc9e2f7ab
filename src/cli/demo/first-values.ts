import type { DatasetSummary } from '../../hdf5/read/inspect.js';

/** As many of a dataset's first values as find room, the first one in any case. @param room in characters */
export function firstValues({ first, type }: DatasetSummary, room: number): string {
  const shown = first.map((value) => {
    if (type.startsWith('string')) return JSON.stringify(value);
    return type === 'bool' ? String(value === '1') : value;
  });
  return shown.reduce((text, value) => {
    const longer = text === '' ? value : `${text}, ${value}`;
    return text === '' || longer.length <= room ? longer : text;
  }, '');
}
