const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
const ALIGNMENT = 64;

/**
 * The header of a file of numpy, version 1.0.
 *
 * @param dtype as numpy writes it
 */
export function npyHeader(dtype: string, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const used = MAGIC.length + 2 + text.length + 1;
  const padded = text + ' '.repeat((ALIGNMENT - (used % ALIGNMENT)) % ALIGNMENT) + '\n';
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([MAGIC, length, Buffer.from(padded, 'latin1')]);
}
