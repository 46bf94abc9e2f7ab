import { contiguousDataset, DATATYPE, objectHeader } from '../format/header-messages.js';
import type { FileTail } from '../library/file-tail.js';
import type { Link } from '../format/symbol-table.js';
import { countLink } from './count-link.js';
import { scaleAttributes } from './dimension-scale.js';

/** Elements have two bytes. */
const MOST_PIXELS = 65_536;

/** Numbers of samples and pixels: axes of waveforms and images, one of each length in a file. */
export class PixelAxes {
  private readonly made = new Map<string, number>();

  constructor(private readonly tail: FileTail) {}

  /**
   * The axes of a value's dimensions, slowest first: `x` of a waveform, `y` and `x` of an image; undefined
   * where there is none.
   *
   * xarray finds out by their lengths which axis belongs to a dimension of our data. With two of the
   * same length it would take `x` for `y`, so these have none.
   */
  of(shape: readonly number[]): (Link | undefined)[] {
    const names = [['x'], ['y', 'x']].find(({ length }) => length === shape.length);
    if (!names || new Set(shape).size < shape.length || Math.max(...shape) > MOST_PIXELS)
      return shape.map(() => undefined);
    return names.map((name, i) => ({ name, address: this.axis(name, shape[i]) }));
  }

  private axis(name: string, length: number): number {
    const key = `${name} ${length}`;
    const made = this.made.get(key);
    if (made !== undefined) {
      countLink(this.tail, made);
      return made;
    }
    const address = this.make(name, length);
    this.made.set(key, address);
    return address;
  }

  private make(name: string, length: number): number {
    const { buffer } = Uint16Array.from({ length }, (_, i) => i);
    const bytes = new Uint8Array(buffer);
    const elements = { datatype: DATATYPE.uint16, shape: [length], bytes };
    const dataset = contiguousDataset(elements, this.tail.append(bytes));
    return this.tail.append(objectHeader([...dataset, ...scaleAttributes(name)]));
  }
}
