import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { packLiterally } from '../../encoding/literal-packer.js';
import { noise, packedBlockOf } from './packed-images.fixture.js';
import { askH5py, HAS_H5PY, PYTHON } from '../python.fixture.js';
import { GENERAL } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'packed-h5py-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Bitshuffle-LZ4 as its authors define it, by numpy and liblz4. A block is `size | LZ4 block`; in it
 * the bits of all elements are transposed.
 */
const BITSHUFFLE = `
import ctypes, struct, sys, numpy as np
lz4 = ctypes.CDLL('liblz4.so.1')
def blocks(n, size, block):
    for start in range(0, n - n % 8, block // size):
        yield start, min(block // size, n - n % 8 - start)
def pack(a, block=8192):
    parts = [struct.pack('>qi', a.nbytes, block)]
    for start, n in blocks(a.size, a.itemsize, block):
        bits = np.unpackbits(a[start:start + n].view('u1').reshape(n, -1), axis=1, bitorder='little')
        shuffled = np.packbits(bits.T, axis=1, bitorder='little').tobytes()
        out = ctypes.create_string_buffer(len(shuffled) + 1000)
        used = lz4.LZ4_compress_default(shuffled, out, len(shuffled), len(out))
        parts += [struct.pack('>i', used), out.raw[:used]]
    return b''.join(parts) + a[a.size - a.size % 8:].tobytes()
def unpack(packed, dtype):
    total, block = struct.unpack_from('>qi', packed)
    size, at, out = dtype.itemsize, 12, b''
    for start, n in blocks(total // size, size, block):
        used, = struct.unpack_from('>i', packed, at)
        shuffled = ctypes.create_string_buffer(n * size)
        assert lz4.LZ4_decompress_safe(packed[at + 4:at + 4 + used], shuffled, used, n * size) == n * size
        bits = np.unpackbits(np.frombuffer(shuffled.raw, 'u1').reshape(8 * size, -1), axis=1, bitorder='little')
        out += np.packbits(bits.T, axis=1, bitorder='little').tobytes()
        at += 4 + used
    assert len(packed) - at == total // size % 8 * size
    return np.frombuffer(out + packed[at:], dtype)
`;
const HAS_LZ4 =
  HAS_H5PY && spawnSync(PYTHON, ['-c', "import ctypes; ctypes.CDLL('liblz4.so.1')"]).status === 0;

/** Values of 37 × 101 elements (3737, one left over by the blocks) as Python packs them. */
function packedByPython(dtype: string, count: number): Uint8Array[] {
  const path = join(folder, 'values');
  const program = `${BITSHUFFLE}
with open(sys.argv[1], 'wb') as f:
    for i in range(${count}):
        packed = pack((np.arange(3737) * (i + 1) % 1009).astype('${dtype}'))
        f.write(struct.pack('<i', len(packed)) + packed)`;
  const { status, stderr } = spawnSync(PYTHON, ['-c', program, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const bytes = readFileSync(path);
  return Array.from({ length: count }, (_, i, at = startOf(bytes, i)) =>
    bytes.subarray(at + 4, at + 4 + bytes.readInt32LE(at)),
  );
}

function startOf(bytes: Buffer, index: number): number {
  let at = 0;
  for (let i = 0; i < index; i++) at += 4 + bytes.readInt32LE(at);
  return at;
}

it.runIf(HAS_LZ4).each([
  ['uint16', '<u2', 2],
  ['float64', '<f8', 8],
] as const)('h5py finds images of %s as they came, and their values', async (type, dtype, size) => {
  const library = await Hdf5Library.load();
  const path = join(folder, `${type}.h5`);
  const general = { path, general: GENERAL, format: 'compact' } as const;
  const file = Hdf5File.create(library, general);
  const rows = file.openChannel({ name: 'X', type, shape: [101, 37] }, { packed: true });
  const packed = packedByPython(dtype, 5);
  const plain = packLiterally(noise(3737 * size, 1), size);
  rows.appendPacked!(packedBlockOf(1, [packed[0], undefined, ...packed.slice(1), plain]));
  rows.close();
  file.finish();

  const sizes = [packed[0], ...packed.slice(1), plain].map(({ length }) => length);
  const answer = askH5py(path, [
    BITSHUFFLE,
    "d = f['data/X/data']",
    'chunk = lambda i: d.id.read_direct_chunk((i, 0, 0))',
    `values = lambda i: (np.arange(3737) * (i + 1) % 1009).astype('${dtype}')`,
    'rows = [0, 2, 3, 4, 5]',
    'p = d.id.get_create_plist().get_filter(0)',
    'noise, state = bytearray(), 1',
    `for _ in range(${3737 * size}):`,
    '  state = (state * 1664525 + 1013904223) % 2**32',
    '  noise.append(state >> 24)',
    'decoded = [unpack(chunk(i)[1], d.dtype) for i in rows + [6]]',
    'print(json.dumps([str(d.dtype), d.shape, d.chunks, d.id.get_num_chunks(), p[0], p[2],',
    '  [len(chunk(i)[1]) for i in rows + [6]], [chunk(i)[0] for i in rows + [6]],',
    '  [chunk(i)[1] == pack(values(n)) for n, i in enumerate(rows)],',
    '  [bool((decoded[n] == values(n)).all()) for n in range(5)], decoded[5].tobytes() == bytes(noise),',
    '  bool(not d[1].any()),',
    // With the filter installed, HDF5 itself.
    '  not h5py.h5z.filter_avail(32008) or all(d[i].tobytes() == decoded[n].tobytes() for n, i in enumerate(rows + [6])),',
    "  f['data/X/is_data_present'][:].tolist()]))",
  ]);
  expect(answer).toEqual([
    type,
    [7, 37, 101],
    [1, 37, 101],
    6,
    32008,
    [0, 3, size, 0, 2],
    sizes,
    [0, 0, 0, 0, 0, 0],
    [true, true, true, true, true],
    [true, true, true, true, true],
    true,
    true,
    true,
    [true, false, true, true, true, true, true],
  ]);
});
