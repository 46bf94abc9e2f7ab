import {
  attributeMessage,
  DATATYPE,
  type Elements,
  type Message,
} from '../format/header-messages.js';
import { type Attributes, type AttributeValue, storable } from './attributes.js';
import type { GlobalHeap } from './global-heap.js';

/** Attributes as an object header has them. @param heap for their texts */
export function attributeMessages(attributes: Attributes, heap: GlobalHeap): Message[] {
  return Object.entries(attributes).map(([name, value]) =>
    attributeMessage(name, elementsOf(storable(value), heap)),
  );
}

function elementsOf(value: AttributeValue, heap: GlobalHeap): Elements {
  if (typeof value === 'object') return heap.texts(value.map(ended));
  if (typeof value === 'string') return heap.text(ended(value));
  const bytes = Buffer.alloc(8);
  if (typeof value === 'bigint') {
    bytes.writeBigInt64LE(value);
    return { datatype: DATATYPE.int64, shape: [], bytes };
  }
  bytes.writeDoubleLE(value);
  return { datatype: DATATYPE.float64, shape: [], bytes };
}

/** A text ends at its first NUL, as where HDF5 writes it. */
function ended(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}
