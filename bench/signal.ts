import { mix, seedOf } from '../src/databuffer/simulator/signals.js';
import type { ServedChannel } from './workload.js';

/** Different values of a waveform channel: each pulse shows a window into them. */
const WAVE_VALUES = 2 ** 15;

/**
 * The values of a channel, a function of name and seed alone. Waveforms and images are windows into
 * a ring, another one at every pulse: values look measured, and text is made at the speed of copying.
 */
export class Signal {
  private readonly seed: number;

  constructor(
    private readonly channel: ServedChannel,
    seed: number,
  ) {
    this.seed = mix(seed, seedOf(channel.name));
  }

  /** A scalar at a pulse, with as many digits as a float64 has. */
  scalarAt(pulseId: number): number {
    const slow = Math.sin(pulseId / 700 + this.seed);
    return 100 * slow + this.uniform(pulseId);
  }

  /** Elements of the ring, in memory as in a file. */
  ring(): Float64Array | Float32Array | Uint16Array {
    const { type } = this.channel;
    if (type === 'uint16') return this.picture();
    return type === 'float32' ? Float32Array.from(this.wave()) : this.wave();
  }

  /** Where on the ring a pulse's value begins. */
  offsetAt(pulseId: number, ringLength: number): number {
    return mix(pulseId, this.seed) % ringLength;
  }

  /** A calibrated analogue signal: hundreds of some unit, noise in every digit. */
  private wave(): Float64Array {
    return Float64Array.from(
      { length: WAVE_VALUES },
      (_, index) => 500 + 350 * Math.sin(index / 163) + 50 * this.uniform(index),
    );
  }

  /** A camera's picture: a ground of some 13 counts with noise, and a beam spot. */
  private picture(): Uint16Array {
    const [width, height] = this.channel.shape;
    const pixels = new Uint16Array(width * height);
    for (let index = 0; index < pixels.length; index++) {
      const x = (index % width) - 0.6 * width;
      const y = Math.floor(index / width) - 0.4 * height;
      const spot = 1500 * Math.exp(-(x * x + y * y) / 2000);
      const noise = this.uniform(2 * index) + this.uniform(2 * index + 1) - 1;
      pixels[index] = Math.round(13 + 9 * noise + spot);
    }
    return pixels;
  }

  private uniform(index: number): number {
    return mix(index, this.seed) / 2 ** 32 + mix(index, ~this.seed) / 2 ** 64;
  }
}

/** The shortest decimal text that is the float32, as servers write them. */
export function float32Text(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}
