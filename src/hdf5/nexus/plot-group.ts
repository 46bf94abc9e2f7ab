import {
  attributeMessage,
  linkMessage,
  linksInHeader,
  objectHeader,
} from '../format/header-messages.js';
import type { Link } from '../format/symbol-table.js';
import type { GlobalHeap } from '../library/global-heap.js';

const INTERPRETATION = [undefined, undefined, 'spectrum', 'image'] as const;
/** A dimension without axis. */
const NO_AXIS = '.';

/**
 * The header of an `NXdata`.
 *
 * @param heap for its texts
 * @param data address of the header of what is plotted
 * @param axes of each dimension, slowest first
 * @param title address of the header of its text, if it has one
 */
export function plotGroup(
  heap: GlobalHeap,
  data: number,
  axes: readonly (Link | undefined)[],
  title: number | undefined,
): Buffer {
  const links = [{ name: 'data', address: data }, ...axes.filter((axis) => axis !== undefined)];
  if (title !== undefined) links.push({ name: 'title', address: title });
  const names = axes.map((axis) => axis?.name ?? NO_AXIS);
  const interpretation = INTERPRETATION[axes.length];
  return objectHeader([
    ...linksInHeader(),
    ...links.map(({ name, address }) => linkMessage(name, address)),
    attributeMessage('NX_class', heap.text('NXdata')),
    attributeMessage('signal', heap.text('data')),
    attributeMessage('axes', heap.texts(names)),
    ...(interpretation ? [attributeMessage('interpretation', heap.text(interpretation))] : []),
  ]);
}
