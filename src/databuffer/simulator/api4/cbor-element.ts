import type { ElementType } from '../../../encoding/element-type.js';
import type { Scalar } from '../signals.js';
import type { CborWriter } from './cbor-writer.js';

/** Writes one element of a type; null, which the data API does not have, as a zero. */
export function writeElement(writer: CborWriter, element: Scalar, type: ElementType): void {
  switch (typeof element) {
    case 'string':
      writer.text(element);
      return;
    case 'boolean':
      writer.boolean(element);
      return;
    case 'bigint':
      writer.integer(element);
      return;
    default:
      if (type === 'float32' || type === 'float64') writer.float(element ?? 0);
      else writer.integer(element ?? 0);
  }
}
