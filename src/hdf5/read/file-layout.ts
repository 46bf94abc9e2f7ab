import { Dataset, type File, Group } from 'h5wasm/node';
import type { OutputLayout } from '../../request/output-layout.js';
import { LAYOUT_ATTRIBUTE } from '../layout/channel-group.js';

/** Where a file has its channels, each a group of datasets. */
export interface FileLayout {
  readonly layout: OutputLayout;
  /** The group that has the channels' groups. */
  readonly group: Group;
  /** Names of the channels. */
  readonly names: readonly string[];
  /** The datasets that each channel has to have. */
  readonly required: readonly string[];
}

/** What a channel has in files of ours. */
const OWN = ['data', 'pulse_id', 'is_data_present', 'global_date', 'timestamp'];

/**
 * The layout of a file: channels lie below `/data`, beside `/general`; or at the root, as a file of ours says by
 * an attribute. Files that others write have them there without it, and without `/general`: those have neither
 * `is_data_present` nor `global_date`.
 */
export function channelsIn(file: File): FileLayout {
  const names = file.keys();
  if (isOurRoot(file)) return { layout: 'root', group: file, names, required: OWN };
  const data = names.includes('data') ? file.get('data') : undefined;
  if (data instanceof Group && !isChannel(data)) {
    const required = ['data', 'pulse_id', 'is_data_present', 'global_date'];
    return { layout: 'data', group: data, names: data.keys(), required };
  }
  const channels = names.includes('general')
    ? []
    : names.filter((name) => file.get(name) instanceof Group);
  return { layout: 'root', group: file, names: channels, required: ['data', 'pulse_id'] };
}

function isOurRoot(file: File): boolean {
  return (
    Object.hasOwn(file.attrs, LAYOUT_ATTRIBUTE) &&
    file.get_attribute(LAYOUT_ATTRIBUTE, false) === 'root'
  );
}

/** Whether a group has a channel's own datasets; a channel at the root may be called `data`. */
function isChannel(group: Group): boolean {
  const names = group.keys();
  return ['data', 'pulse_id'].some(
    (name) => names.includes(name) && group.get(name) instanceof Dataset,
  );
}
