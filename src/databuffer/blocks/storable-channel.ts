import { channelNameProblem, displayName } from '../../request/channel.js';
import { ChannelFailure } from '../../report/errors.js';
import { bytesPerElement } from '../../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue } from '../../rows/row-block.js';

/** Largest value that is stored: one must lie in memory as a whole. */
const MAX_VALUE_BYTES = 256 * 1024 * 1024;
/** Texts of a value: each takes up some dozen bytes on its way. */
const MAX_TEXTS = 1024 * 1024;

/** @throws ChannelFailure unless the name can be one in the file */
export function ensureStorableName(name: string | undefined): asserts name is string {
  if (name === undefined) throw new ChannelFailure('missing_name', 'a channel without a name');
  const problem = channelNameProblem(name);
  if (problem !== undefined) {
    throw new ChannelFailure('invalid_name', `the channel name ${displayName(name)} ${problem}`);
  }
}

/** @throws ChannelFailure when a value of it would not fit into memory */
export function ensureStorableSize({ type, shape }: ChannelHeader): void {
  const elements = elementsPerValue(shape);
  const size = type === 'string' ? elements : elements * bytesPerElement(type);
  const most = type === 'string' ? MAX_TEXTS : MAX_VALUE_BYTES;
  // NaN fails too: lengths beyond all bounds, times 0.
  if (size <= most) return;
  const unit = type === 'string' ? 'texts' : 'bytes';
  throw new ChannelFailure(
    'value_too_large',
    `one ${type} value of shape [${shape.join()}] takes ${size} ${unit}, ${most} at most`,
  );
}
