import { type Attributes, storable } from './attributes.js';
import { ATTRIBUTE_TYPES, type Datatype } from './datatype.js';
import type { H5 } from './h5.js';
import type { HeapRegion } from './heap-region.js';

/** Has HDF5 write attributes of a file's objects. */
export class AttributeWriter {
  /**
   * @param file HDF5's id of it
   * @param region where values lie until they are written
   */
  constructor(
    private readonly file: bigint,
    private readonly region: HeapRegion,
    private readonly call: (action: (h5: H5) => void) => void,
  ) {}

  /** @param object its path */
  write(object: string, attributes: Attributes): void {
    for (const [name, given] of Object.entries(attributes)) {
      const value = storable(given);
      if (typeof value === 'string') this.writeTexts(object, name, [], [value]);
      else if (typeof value !== 'object') this.writeNumber(object, name, value);
      else this.writeTexts(object, name, [value.length], value);
    }
  }

  private writeTexts(
    object: string,
    name: string,
    shape: number[],
    texts: readonly string[],
  ): void {
    const encoded = texts.map((text) => Buffer.from(`${text}\0`));
    const pointersSize = 4 * Math.max(1, texts.length);
    const { region } = this;
    this.call((h5) => {
      region.reserve(encoded.reduce((sum, text) => sum + text.length, pointersSize));
      const bytes = region.bytes();
      const pointers = new Uint32Array(bytes.buffer, bytes.byteOffset, texts.length);
      let position = pointersSize;
      for (const [i, text] of encoded.entries()) {
        pointers[i] = region.pointer + position;
        bytes.set(text, position);
        position += text.length;
      }
      this.createAttribute(h5, object, name, ATTRIBUTE_TYPES.text, shape);
    });
  }

  private writeNumber(object: string, name: string, value: number | bigint): void {
    this.call((h5) => {
      const bytes = this.region.bytes();
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      if (typeof value === 'bigint') view.setBigInt64(0, value, true);
      else view.setFloat64(0, value, true);
      const type = typeof value === 'bigint' ? ATTRIBUTE_TYPES.integer : ATTRIBUTE_TYPES.float;
      this.createAttribute(h5, object, name, type, []);
    });
  }

  private createAttribute(
    h5: H5,
    object: string,
    name: string,
    type: Datatype['description'],
    shape: number[],
  ): void {
    const pointer = BigInt(this.region.pointer);
    h5.create_attribute(this.file, object, name, pointer, {
      ...type,
      shape: shape.map(BigInt),
      maxshape: null,
    });
  }
}
