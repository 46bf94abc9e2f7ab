/** One CBOR item with definite lengths; maps as objects, integers beyond 2^53 as bigint. */
export function decodeCbor(bytes: Buffer): unknown {
  const { value, at } = itemAt(bytes, 0);
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes behind the item`);
  return value;
}

type Item = Record<string, unknown>;

/** The maps of a reply in `cbor-framed`; throws where a byte is not as it has to be. */
export function cborFrames(body: Buffer): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < body.length;) {
    const length = body.readUInt32LE(at);
    const begin = at + 16;
    if (body.subarray(at + 4, begin).some((byte) => byte !== 0))
      throw new Error('no zeros in head');
    const end = begin + length;
    items.push(decodeCbor(body.subarray(begin, end)) as Item);
    at = Math.ceil(end / 8) * 8;
    const padding = body.subarray(end, at);
    if (padding.length !== at - end || padding.some((byte) => byte !== 0))
      throw new Error('no zeros behind the map');
  }
  return items;
}

/** The texts of a reply in `json-framed`. */
export function jsonFrames(body: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < body.length;) {
    const head = body.toString('latin1', at, at + 16);
    if (!/^ *\d+\n$/.test(head)) throw new Error(`no length: ${JSON.stringify(head)}`);
    const end = at + 16 + Number(head);
    texts.push(body.toString('utf8', at + 16, end));
    if (body[end] !== 10) throw new Error('no line end');
    at = end + 1;
  }
  return texts;
}

function itemAt(bytes: Buffer, from: number): { value: unknown; at: number } {
  const [major, short] = [bytes[from] >> 5, bytes[from] & 31];
  const size = short < 24 ? 0 : 2 ** (short - 24);
  let at = from + 1 + size;
  if (major === 7) return { value: simple(bytes, from, short), at };
  const big = size === 8 ? bytes.readBigUInt64BE(from + 1) : undefined;
  const small = size === 0 ? short : Number(big ?? bytes.readUIntBE(from + 1, size));
  const count = Number.isSafeInteger(small) ? small : big!;
  if (major === 0) return { value: count, at };
  if (major === 1) return { value: typeof count === 'bigint' ? -1n - count : -1 - count, at };
  if (major === 3) {
    const end = at + Number(count);
    return { value: bytes.toString('utf8', at, end), at: end };
  }
  const values: unknown[] = [];
  const items = Number(count) * (major === 5 ? 2 : 1);
  for (let i = 0; i < items; i++) {
    const item = itemAt(bytes, at);
    values.push(item.value);
    at = item.at;
  }
  if (major === 4) return { value: values, at };
  if (major !== 5) throw new Error(`major type ${major}`);
  const entries = Array.from({ length: Number(count) }, (_, i) => [
    values[2 * i] as string,
    values[2 * i + 1],
  ]);
  return { value: Object.fromEntries(entries) as Item, at };
}

function simple(bytes: Buffer, from: number, short: number): unknown {
  switch (short) {
    case 20:
      return false;
    case 21:
      return true;
    case 25:
      return half(bytes.readUInt16BE(from + 1));
    case 26:
      return bytes.readFloatBE(from + 1);
    case 27:
      return bytes.readDoubleBE(from + 1);
    default:
      throw new Error(`simple value ${short}`);
  }
}

/** As RFC 8949 computes it. */
function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}
