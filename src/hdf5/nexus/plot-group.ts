import {
  attributeMessage,
  compactDataset,
  linkMessage,
  linksInHeader,
  type Message,
  objectHeader,
  text,
  texts,
} from '../format/header-messages.js';
import type { Link } from '../format/symbol-table.js';

const NX_DATA = attributeMessage('NX_class', text('NXdata'));
const SIGNAL = attributeMessage('signal', text('data'));
const INTERPRETATION = ['scalar', 'spectrum', 'image'].map((what) =>
  attributeMessage('interpretation', text(what)),
);
/** A dimension without axis. */
const NO_AXIS = '.';

/**
 * The header of an `NXdata`.
 *
 * @param data address of the header of what is plotted
 * @param axes of each dimension, slowest first
 * @param title address of the header of its text, if it has one
 */
export function plotGroup(
  data: number,
  axes: readonly (Link | undefined)[],
  title: number | undefined,
): Buffer {
  const links = [{ name: 'data', address: data }, ...axes.filter((axis) => axis !== undefined)];
  if (title !== undefined) links.push({ name: 'title', address: title });
  const names = axes.map((axis) => axis?.name ?? NO_AXIS);
  const interpretation = axes.length > 1 ? INTERPRETATION[axes.length - 1] : undefined;
  return objectHeader([
    ...linksInHeader(),
    ...links.map(({ name, address }) => linkMessage(name, address)),
    NX_DATA,
    SIGNAL,
    attributeMessage('axes', texts(names)),
    ...(interpretation ? [interpretation] : []),
  ]);
}

/** The header of a dataset with a text. */
export function textDataset(value: string): Buffer {
  return objectHeader(compactDataset(text(value)));
}

/** The attribute that says what a group is. */
export function classOf(name: string): Message {
  return attributeMessage('NX_class', text(name));
}
