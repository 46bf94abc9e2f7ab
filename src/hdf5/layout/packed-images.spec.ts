import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bytesPerElement, type ElementType } from '../../encoding/element-type.js';
import { CorruptData } from '../../encoding/lz4-block.js';
import type { ChannelHeader } from '../../rows/row-block.js';
import { Spool } from '../../rows/spool.js';
import { Hdf5File, type Hdf5FileOptions } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { inspectFile, readDataset } from '../read/inspect.js';
import { packLiterally } from '../../encoding/literal-packer.js';
import { rawChunksOf, noise, packedBlockOf, packedRun } from './packed-images.fixture.js';
import { blockOf, firstDifference, GENERAL } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

const IMAGE = { name: 'CAM:FPICTURE', type: 'uint16', shape: [64, 40] } as const;
const DATA = '/data/CAM:FPICTURE/data';
const SIZE = 64 * 40 * 2;

function create(options: Partial<Hdf5FileOptions> = {}, by = library): Hdf5File & { path: string } {
  const path = join(folder, `${count++}.h5`);
  const all = { path, general: GENERAL, format: 'compact', ...options };
  return Object.assign(Hdf5File.create(by, all as Hdf5FileOptions), { path });
}

function open(file: Hdf5File, header: ChannelHeader = IMAGE) {
  const rows = file.openChannel(header, { packed: true });
  if (!rows.appendPacked) throw new Error('takes no packed rows');
  return rows as Required<typeof rows>;
}

function elementsOf(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}

describe('images that come packed', () => {
  it('are in the file byte for byte, a chunk each; absent ones have no chunk and are zeros', () => {
    const file = create();
    const images = [1, 2, 3].map((seed) => noise(SIZE, seed));
    const [a, b, plain] = images;
    const packed = [packLiterally(a, 2), packedRun(255, SIZE), packLiterally(b, 2)];
    const rows = open(file);
    rows.appendPacked(packedBlockOf(10, [undefined, packed[0], packed[1], undefined]));
    rows.append(blockOf('uint16', [64, 40], [{ pulseId: 14, value: [...elementsOf(plain)] }]));
    rows.appendPacked(packedBlockOf(15, [packed[2], undefined]));
    rows.close();
    file.finish();

    const chunks = rawChunksOf(file.path, DATA);
    expect(chunks.map(({ offset, filterMask }) => [...offset, filterMask])).toEqual(
      [1, 2, 4, 5].map((row) => [row, 0, 0, 0]),
    );
    const stored = [packed[0], packed[1], packLiterally(plain, 2), packed[2]];
    for (const [i, { bytes }] of chunks.entries()) expect(bytes.equals(stored[i])).toBe(true);

    const [zeros, ones] = [new Uint8Array(SIZE), new Uint8Array(SIZE).fill(255)];
    const expected = elementsOf(Buffer.concat([zeros, a, ones, zeros, plain, b, zeros]));
    const found = readDataset(library, file.path, DATA);
    expect(firstDifference(found, 7 * 64 * 40, (i) => expected[i])).toBeUndefined();
    const column = (name: string) =>
      [...(readDataset(library, file.path, `/data/CAM:FPICTURE/${name}`) as Int8Array)].map(String);
    expect(column('pulse_id')).toEqual(['10', '11', '12', '13', '14', '15', '16']);
    expect(column('timestamp')).toEqual(['10', '11', '12', '13', '0', '15', '16']);
    expect(column('is_data_present')).toEqual(['0', '1', '1', '0', '1', '1', '0']);
    expect(column('global_date')[1]).toBe('date 11');
    expect(inspectFile(library, file.path).datasets).toContainEqual({
      path: DATA,
      shape: [7, 40, 64],
      type: 'uint16',
      first: ['0', '0', '0'],
      chunks: [1, 40, 64],
    });
  });

  it.each([
    ['uint8', [1, 4096]],
    ['uint8', [2, 3000]],
    ['int8', [7, 700]],
    ['uint8', [3, 5, 1000]],
    ['int8', [1, 1, 3, 3000]],
    ['int16', [3, 1000]],
    ['uint32', [1, 2000]],
    ['float64', [1, 1, 600]],
  ] as const)('are stored as they came also where rows are short: %s %j', (type, shape) => {
    const size = shape.reduce((product, length) => product * length, bytesPerElement(type));
    const images = [1, 2].map((seed) => packLiterally(noise(size, seed), bytesPerElement(type)));
    const file = create();
    const rows = open(file, { ...IMAGE, type, shape });
    rows.appendPacked(packedBlockOf(1, images));
    rows.close();
    file.finish();
    const chunks = rawChunksOf(file.path, DATA);
    expect(chunks.map(({ bytes }) => bytes.toString('hex'))).toEqual(
      images.map((image) => Buffer.from(image).toString('hex')),
    );
  });

  it('may be none', () => {
    const file = create();
    open(file).close();
    file.finish();
    expect(inspectFile(library, file.path).datasets).toContainEqual(
      expect.objectContaining({ path: DATA, shape: [0, 40, 64], type: 'uint16' }),
    );
  });

  it.each(['int8', 'int32', 'uint64', 'float32', 'float64'] as const)('may be of %s', (type) => {
    const file = create();
    const header = { ...IMAGE, type };
    const size = { int8: 1, int32: 4, uint64: 8, float32: 4, float64: 8 }[type] * 100 * 48;
    const rows = open(file, { ...header, shape: [100, 48] });
    rows.appendPacked(packedBlockOf(1, [packedRun(0, size)]));
    rows.close();
    file.finish();
    const [chunk] = rawChunksOf(file.path, DATA);
    expect(chunk.bytes.equals(packedRun(0, size))).toBe(true);
    const found = readDataset(library, file.path, DATA);
    const zero = type === 'uint64' ? 0n : 0;
    expect(firstDifference(found, 4800, () => zero)).toBeUndefined();
  });

  it('may be thousands, and large', () => {
    const file = create();
    const small = { name: 'S', type: 'uint8', shape: [64, 64] } as const;
    const values = Array.from({ length: 3000 }, (_, i) =>
      i % 7 === 0 ? packedRun(255, 4096) : packLiterally(noise(4096, i), 1),
    );
    const rows = open(file, small);
    for (let i = 0; i < 3000; i += 250)
      rows.appendPacked(packedBlockOf(i, values.slice(i, i + 250)));
    rows.close();
    // More than the buffer that plain values are collected in.
    const [x, y] = [2560, 2160];
    const large = open(file, { name: 'L', type: 'uint16', shape: [x, y] });
    const picture = noise(2 * x * y, 9);
    large.appendPacked(packedBlockOf(1, [packLiterally(picture, 2)]));
    large.close();
    file.finish();

    const chunks = rawChunksOf(file.path, '/data/S/data');
    expect(chunks.length).toBe(3000);
    expect(
      chunks.findIndex(({ bytes, offset }, i) => offset[0] !== i || !bytes.equals(values[i])),
    ).toBe(-1);
    const expected = elementsOf(picture);
    const found = readDataset(library, file.path, '/data/L/data');
    expect(firstDifference(found, x * y, (i) => expected[i])).toBeUndefined();
  });

  it('are refused before anything is written when they say that they are no images of that size', () => {
    const file = create();
    const rows = open(file);
    const good = packedRun(255, SIZE);
    const bad = [packedRun(255, SIZE / 2), good.subarray(0, 3)];
    for (const value of bad) {
      expect(() => rows.appendPacked(packedBlockOf(1, [good, value]))).toThrow(CorruptData);
    }
    rows.appendPacked(packedBlockOf(1, [good]));
    rows.close();
    file.finish();
    expect(rawChunksOf(file.path, DATA).length).toBe(1);
  });
});

describe('rows take nothing packed', () => {
  it.each([
    ['scalars', {}, 'float64', []],
    ['waveforms', {}, 'float64', [2048]],
    ['texts', {}, 'string', [64, 64]],
    ['bools', {}, 'bool', [64, 64]],
    ['small images', {}, 'uint8', [63, 65]],
    ['images of many MB', {}, 'float64', [4096, 1025]],
    [
      'the extended format',
      { format: { extended: new Spool(join(folder, 'spool')) } },
      'uint16',
      [64, 64],
    ],
    ['files that shall have none', { packed: false }, 'uint16', [64, 64]],
    [
      'files that shall have none, and gzip',
      { packed: false, compression: { gzip: 1 } },
      'uint16',
      [64, 64],
    ],
  ] as const)('of %s', (_, options, type: ElementType, shape) => {
    const file = create(options);
    expect(file.openChannel({ name: 'X', type, shape }, { packed: true })).not.toHaveProperty(
      'appendPacked',
    );
    file.abort();
  });

  it('but whatever the compression of other numbers', () => {
    const file = create({ compression: { gzip: 1 } });
    const rows = open(file);
    const value = packLiterally(noise(SIZE, 4), 2);
    rows.appendPacked(packedBlockOf(1, [value]));
    rows.close();
    file.finish();
    expect(rawChunksOf(file.path, DATA)[0].bytes.equals(value)).toBe(true);
  });

  it('where nobody asked for it', () => {
    const file = create();
    expect(file.openChannel(IMAGE)).not.toHaveProperty('appendPacked');
    expect(library.packedChunksProblem).toBeUndefined();
    file.abort();
  });

  it('where the filter can not be made, and the library says why', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'missing'));
    const without = await Hdf5Library.load();
    expect(without.packedChunksProblem).toMatch(/ENOENT.*missing/);
    const file = create({}, without);
    const rows = file.openChannel(IMAGE, { packed: true });
    expect(rows).not.toHaveProperty('appendPacked');
    rows.append(
      blockOf('uint16', [64, 40], [{ pulseId: 1, value: Array.from({ length: 2560 }, () => 3) }]),
    );
    rows.close();
    file.finish();
    expect(readDataset(without, file.path, DATA)[7]).toBe(3);
  });
});

it('the filter is there once more for a second library in a thread, and leaves no files', async () => {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  const second = await Hdf5Library.load();
  expect(readdirSync(temporary)).toEqual([]);
  const file = create({}, second);
  const rows = open(file);
  const value = packLiterally(noise(SIZE, 4), 2);
  rows.appendPacked(packedBlockOf(1, [value]));
  rows.close();
  file.finish();
  expect(rawChunksOf(file.path, DATA)[0].bytes.equals(value)).toBe(true);
});
