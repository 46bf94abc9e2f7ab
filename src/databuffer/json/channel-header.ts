import { displayName } from '../../request/channel.js';
import { ChannelFailure } from '../../report/errors.js';
import { type ElementType, elementTypeOf, isCharacter } from '../../encoding/element-type.js';
import { isShape } from '../blocks/shape-table.js';
import type { SmallValue } from './small-value.js';

/** The properties of a channel in a reply's channel object. */
export interface ReplyChannel {
  /** The value of `channel`; undefined until it has come. */
  readonly channel: SmallValue | undefined;
  /** The first of `configs`. */
  readonly config: SmallValue | undefined;
}

/** The channel's name: `channel.name`, or `channel` itself in replies of some servers. */
export function nameOf({ channel }: ReplyChannel): string | undefined {
  const name = channel instanceof Map ? channel.get('name') : channel;
  return typeof name === 'string' ? name : undefined;
}

/** The config's type; undefined where it names none. @throws ChannelFailure for an unknown one */
export function typeOf({ config }: ReplyChannel): ElementType | undefined {
  const name = config instanceof Map ? (config.get('type') ?? undefined) : undefined;
  if (name === undefined) return undefined;
  const type = isCharacter(name) ? 'string' : elementTypeOf(name);
  if (type === undefined) {
    const text = typeof name === 'string' ? displayName(name) : 'one that is not text';
    throw new ChannelFailure('unknown_type', `the type ${text} is not known`);
  }
  return type;
}

/** The config's shape; undefined where it names none that is one. */
export function shapeOf({ config }: ReplyChannel): readonly number[] | undefined {
  const shape = config instanceof Map ? config.get('shape') : undefined;
  return isShape(shape) ? shape : undefined;
}

/** A config in words, to compare and to show: `float64 [1024]`. */
export function displayConfig(config: SmallValue): string {
  if (!(config instanceof Map)) return 'no object';
  const type = config.get('type');
  const shape = config.get('shape');
  const words = [
    typeof type === 'string' ? type.toLowerCase() : 'no type',
    isShape(shape) ? `[${shape.join()}]` : 'no shape',
  ];
  return words.join(' ');
}
