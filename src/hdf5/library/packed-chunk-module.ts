import { BITSHUFFLE } from '../format/chunk-filter.js';

/*
 * WebAssembly (https://webassembly.github.io/spec/core/binary) and the conventions of its side
 * modules (https://github.com/WebAssembly/tool-conventions/blob/main/DynamicLinking.md).
 */
const [I32, FUNCTION_TYPE, FUNCTION_REFERENCE, BLOCK_WITHOUT_RESULT] = [0x7f, 0x60, 0x70, 0x40];
const OP = {
  if: 0x04,
  end: 0x0b,
  return: 0x0f,
  call: 0x10,
  get: 0x20,
  set: 0x21,
  globalGet: 0x23,
  load: 0x28,
  store: 0x36,
  const: 0x41,
  isZero: 0x45,
  differs: 0x47,
  less: 0x49,
  add: 0x6a,
  and: 0x71,
  or: 0x72,
} as const;
const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  export: 7,
  element: 9,
  code: 10,
  data: 11,
};
const KIND = { function: 0, table: 1, memory: 2, global: 3 };

/** Indices of what the module imports and defines. */
const TYPE = { filter: 0, number: 1, constructor: 2, free: 3 };
const GLOBAL = { memoryBase: 0, tableBase: 1 };
const FUNCTION = { free: 0, constructor: 1, pluginType: 2, pluginInfo: 3, filter: 4 };

/** `H5Z_class2_t` (H5Zdevelop.h) with pointers of four bytes, then the name. */
const CLASS = { name: 16, filter: 28, size: 32 };
const NAME = 'bitshuffle; see https://github.com/kiyo-masui/bitshuffle';
/** `H5Z_FLAG_REVERSE`: HDF5 wants a chunk decoded. */
const REVERSE = 0x100;

/** The order, as JavaScript prepares it in HDF5's memory: three numbers of four bytes. */
export const ORDER = { pointer: 0, length: 4, tag: 8, size: 12 } as const;
/** How the chunk begins that the encoder is called with: the order's tag and its address. */
export const CHUNK_HEAD = { tag: 0, order: 4, size: 8 } as const;

/**
 * A side module that is HDF5's filter 32008 for chunks that are packed already.
 *
 * Its encoder packs nothing: what it gets is not data but begins with a `CHUNK_HEAD`, and what it
 * gives back is the buffer of that order, which HDF5 writes and frees. The order's length becomes 0,
 * the receipt. It refuses anything but an order, and refuses to decode.
 */
export function packedChunkModule(): Uint8Array {
  const info = Buffer.alloc(CLASS.size + NAME.length + 1);
  // Version of the structure, number of the filter, can encode, can decode.
  for (const [i, word] of [1, BITSHUFFLE, 1, 1].entries()) info.writeUInt32LE(word, 4 * i);
  info.write(NAME, CLASS.size, 'latin1');

  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(SECTION.custom, [
      ...text('dylink.0'),
      // One subsection: size and alignment (2^2) of the memory, of the table (2^0).
      ...[1, 4, info.length, 2, 1, 0],
    ]),
    ...section(
      SECTION.type,
      vector([
        functionType(6, true),
        functionType(0, true),
        functionType(0, false),
        functionType(1, false),
      ]),
    ),
    ...section(
      SECTION.import,
      vector([
        imported('memory', KIND.memory, [0, 0]),
        imported('__indirect_function_table', KIND.table, [FUNCTION_REFERENCE, 0, 0]),
        imported('__memory_base', KIND.global, [I32, 0]),
        imported('__table_base', KIND.global, [I32, 0]),
        imported('free', KIND.function, [TYPE.free]),
      ]),
    ),
    ...section(
      SECTION.function,
      vector([[TYPE.constructor], [TYPE.number], [TYPE.number], [TYPE.filter]]),
    ),
    ...section(
      SECTION.export,
      vector([
        exported('__wasm_call_ctors', FUNCTION.constructor),
        exported('H5PLget_plugin_type', FUNCTION.pluginType),
        exported('H5PLget_plugin_info', FUNCTION.pluginInfo),
      ]),
    ),
    ...section(
      SECTION.element,
      vector([[0, OP.globalGet, GLOBAL.tableBase, OP.end, ...vector([[FUNCTION.filter]])]]),
    ),
    ...section(
      SECTION.code,
      vector([
        code(0, constructorCode()),
        code(0, constant(0)),
        code(0, [OP.globalGet, GLOBAL.memoryBase]),
        code(2, filterCode()),
      ]),
    ),
    ...section(
      SECTION.data,
      vector([[0, OP.globalGet, GLOBAL.memoryBase, OP.end, ...sized([...info])]]),
    ),
  ]);
}

/** Stores the two addresses of the structure, known when the module is loaded. */
function constructorCode(): number[] {
  const memoryBase = [OP.globalGet, GLOBAL.memoryBase];
  return [
    ...store(memoryBase, CLASS.name, [...memoryBase, ...constant(CLASS.size), OP.add]),
    ...store(memoryBase, CLASS.filter, [OP.globalGet, GLOBAL.tableBase]),
  ];
}

/** `size_t filter(flags, cd_nelmts, cd_values, nbytes, size_t *buf_size, void **buf)`; 0 is failure. */
function filterCode(): number[] {
  const [flags, bytes, bufferSize, buffer, chunk, order] = [0, 3, 4, 5, 6, 7].map(local);
  const fail = [OP.if, BLOCK_WITHOUT_RESULT, ...constant(0), OP.return, OP.end];
  const length = load(order.get, ORDER.length);
  return [
    ...[...flags.get, ...constant(REVERSE), OP.and],
    ...[...bytes.get, ...constant(CHUNK_HEAD.size), OP.less, OP.or],
    ...fail,
    ...[...load(buffer.get, 0), ...chunk.set],
    ...[...load(chunk.get, CHUNK_HEAD.order), ...order.set],
    ...[...load(order.get, ORDER.tag), ...load(chunk.get, CHUNK_HEAD.tag), OP.differs],
    ...[...length, OP.isZero, OP.or],
    ...fail,
    ...store(buffer.get, 0, load(order.get, ORDER.pointer)),
    ...store(bufferSize.get, 0, length),
    ...[...chunk.get, OP.call, FUNCTION.free],
    ...length,
    ...store(order.get, ORDER.length, constant(0)),
  ];
}

function local(index: number): { get: number[]; set: number[] } {
  return { get: [OP.get, index], set: [OP.set, index] };
}

/** The word at an address and offset. */
function load(address: readonly number[], offset: number): number[] {
  return [...address, OP.load, 2, offset];
}

function store(address: readonly number[], offset: number, value: readonly number[]): number[] {
  return [...address, ...value, OP.store, 2, offset];
}

/** @param value not negative */
function constant(value: number): number[] {
  const bytes = leb128(value);
  // Signed: bit 6 of the last byte would make it negative.
  if (bytes[bytes.length - 1] < 0x40) return [OP.const, ...bytes];
  bytes[bytes.length - 1] |= 0x80;
  return [OP.const, ...bytes, 0];
}

function code(locals: number, instructions: readonly number[]): number[] {
  const declared = locals === 0 ? vector([]) : vector([[locals, I32]]);
  return sized([...declared, ...instructions, OP.end]);
}

/** A function of so many numbers. */
function functionType(parameters: number, result: boolean): number[] {
  const types = (count: number) => vector(Array.from({ length: count }, () => [I32]));
  return [FUNCTION_TYPE, ...types(parameters), ...types(result ? 1 : 0)];
}

function imported(name: string, kind: number, description: readonly number[]): number[] {
  return [...text('env'), ...text(name), kind, ...description];
}

function exported(name: string, index: number): number[] {
  return [...text(name), KIND.function, index];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb128(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return sized([...Buffer.from(value, 'latin1')]);
}

function sized(content: readonly number[]): number[] {
  return [...leb128(content.length), ...content];
}

function leb128(value: number): number[] {
  const bytes = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  bytes.push(left);
  return bytes;
}
