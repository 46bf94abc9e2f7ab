import type { RowBlock } from './row-block.js';
import type { TextColumn } from './text-column.js';

/** The labels of a block of a labelled channel. @throws TypeError without some */
export function labelsOf({ labels }: Pick<RowBlock, 'labels'>): TextColumn {
  if (!labels) throw new TypeError('no labels for a labelled channel');
  return labels;
}
