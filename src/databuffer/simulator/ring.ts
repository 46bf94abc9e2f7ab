import { elementsPerValue } from '../../rows/row-block.js';
import { mix } from './signals.js';
import type { SimulatedChannel } from './simulated-channel.js';

/**
 * Waveforms and images are windows into a ring of elements: its length and the window's first
 * element are all that has to be computed for a pulse, which makes replies as fast as copying.
 *
 * A window that moves shows a wave that runs, or a spot that wanders over the picture.
 */
const WAVE_RING = 2 ** 16;

/**
 * Pictures that are a multiple of this move by multiples of it: whole blocks of what is packed, of
 * which all windows are made.
 */
const PICTURE_STEP = 8192;

/** Elements on the ring of a channel: one whole picture, or a long stretch of wave. */
export function ringLength(channel: SimulatedChannel): number {
  return channel.signal === 'spot' ? elementsPerValue(channel.shape) : WAVE_RING;
}

/** Properties that channels share whose rings have the same elements. */
export function ringKey({ signal, type, shape }: SimulatedChannel): string {
  return `${signal} ${type} ${signal === 'spot' ? shape.join('x') : ''}`;
}

/** Place on the ring of the first element of a channel's value at a pulse. */
export function ringOffset(channel: SimulatedChannel, seed: number, pulseId: number): number {
  const length = ringLength(channel);
  const offset = mix(pulseId, seed) % length;
  const movesByBlocks = channel.signal === 'spot' && length % PICTURE_STEP === 0;
  return movesByBlocks ? offset - (offset % PICTURE_STEP) : offset;
}
