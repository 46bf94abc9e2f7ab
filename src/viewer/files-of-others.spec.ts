import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packValue } from '../databuffer/simulator/bitshuffle-packer.js';
import { HAS_H5PY, PYTHON, askH5py } from '../hdf5/python.fixture.js';
import { asked, askedJson, dataCall } from './asked.fixture.js';
import { FileViewer } from './file-viewer.js';

const MAKE = `
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], 'w')
r = np.random.default_rng(1)
for t in ['i1','u1','<i2','>i2','<u4','>u4','<i8','>i8','<u8','<f2','>f2','<f4','>f4','<f8','>f8']:
    low = 0 if 'u' in t else -100
    f['numbers/' + t.replace('<', 'le ').replace('>', 'be ')] = r.integers(low, 100, (3, 4)).astype(t)
f['exact'] = np.array([2**63 - 1, -2**63, 2**53 + 1])
f['unsigned'] = np.array([2**64 - 1], 'u8')
f['odd'] = np.array([np.nan, np.inf, -np.inf, 1.5])
f['scalar'] = 3.5
f['text'] = 'Müller'
f['empty'] = h5py.Empty('f8')
f['nothing'] = np.zeros((0, 3))
f['bool'] = np.array([[True, False], [False, True]])
f['complex'] = np.array([1 + 2j, 3 - 4j])
f['texts'] = np.array(['ä', '', 'b"c', '<script>'], dtype=h5py.string_dtype())
f['fixed'] = np.array([b'ab', b'c'], 'S4')
f['compound'] = np.array([(1, 2.5, b'x'), (2, -1, b'yz')], dtype=[('a', '>i2'), ('b', '<f8'), ('c', 'S3')])
mixed = np.dtype([('n', '<i8'), ('s', h5py.string_dtype()), ('v', '<f4', (2,))])
d = f.create_dataset('mixed', (2,), mixed)
d[0] = (2**60, 'text', (1, 2))
d[1] = (-1, '', (3, 4))
v = f.create_dataset('ragged', (3,), h5py.vlen_dtype(np.dtype('<i4')))
v[0] = [1, 2]; v[2] = [3]
w = f.create_dataset('ragged be', (2,), h5py.vlen_dtype(np.dtype('>i4')))
w[0] = [1, 2]; w[1] = [3]
f.create_dataset('arrays', (2,), np.dtype('(2,3)i8'))[...] = np.arange(12).reshape(2, 2, 3)
f['enum'] = np.array([0, 2, 1], dtype=h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 2}, 'i2'))
f['opaque'] = np.array([b'\\x00\\x01\\x02'], 'V3')
f.create_dataset('big', data=np.arange(1000 * 70).reshape(1000, 70), chunks=(100, 7), compression='gzip', shuffle=True, fletcher32=True)
f.create_dataset('image', data=r.integers(0, 1000, (5, 60, 50)).astype('u2'), chunks=(1, 60, 50), compression='gzip')
f.create_dataset('fill', (4, 4), 'f4', chunks=(2, 2), fillvalue=7)[:2, :2] = 1
f['soft'] = h5py.SoftLink('/text')
f['broken'] = h5py.SoftLink('/none')
f['circle'] = h5py.SoftLink('/circle')
f['through'] = h5py.SoftLink('/external/x')
f['external'] = h5py.ExternalLink('/etc/passwd', '/')
f['self'] = h5py.ExternalLink(sys.argv[1], '/text')
f['type'] = np.dtype('<f4')
f['ref'] = f['text'].ref
f['datasets'] = np.array([f['text'].ref, f['exact'].ref], dtype=h5py.ref_dtype)
g = f.create_group('with attributes')
g.attrs['n'] = 2**60
g.attrs['m'] = np.arange(6).reshape(2, 3)
g.attrs['t'] = ['a', 'b']
g.attrs['e'] = h5py.Empty('f4')
g.attrs['b'] = True
g.attrs['r'] = f['text'].ref
g.attrs['bytes'] = np.bytes_('latin')
`;

const folder = mkdtempSync(join(tmpdir(), 'others-'));
const file = join(folder, 'a.h5');
let viewer: FileViewer;

beforeAll(() => {
  viewer = new FileViewer({ folders: [folder], reserved: [] });
});

afterAll(async () => {
  await viewer.close();
  rmSync(folder, { recursive: true });
});

function make(path: string, program: string): void {
  const { status, stderr } = spawnSync(PYTHON, ['-c', program, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** What h5py finds for each expression, as JSON has it. */
function found(expressions: readonly string[]): unknown[] {
  return askH5py(file, [
    'def plain(v):',
    '  if isinstance(v, h5py.Empty): return None',
    '  if isinstance(v, bytes): return v.decode()',
    '  if isinstance(v, (complex, np.complexfloating)): return [v.real, v.imag]',
    '  if isinstance(v, (np.void, tuple)): return [plain(e) for e in v]',
    '  if isinstance(v, np.ndarray): return [plain(e) for e in v]',
    '  if isinstance(v, np.generic): v = v.item()',
    '  return v if not isinstance(v, float) or np.isfinite(v) else None',
    `print(json.dumps([plain(v) for v in [${expressions.join(', ')}]]))`,
  ]) as unknown[];
}

describe.runIf(HAS_H5PY)('files of h5py', () => {
  beforeAll(() => make(file, MAKE));

  it('has the values of all types that h5py has', async () => {
    const numbers = askH5py(file, ["print(json.dumps(list(f['numbers'])))"]) as string[];
    const names = [
      ...numbers.map((name) => `numbers/${name}`),
      ...[
        'odd',
        'scalar',
        'text',
        'nothing',
        'empty',
        'bool',
        'complex',
        'texts',
        'fixed',
        'compound',
      ],
      ...['ragged', 'arrays', 'enum', 'big', 'image', 'fill'],
    ];
    const expected = found(
      names.map((name) => `f['${name}']${name.startsWith('text') ? '.asstr()' : ''}[()]`),
    );
    for (const [i, name] of names.entries()) {
      const value = await askedJson(viewer, dataCall(file, `/${name}`));
      expect({ name, value }).toEqual({ name, value: expected[i] });
    }
  });

  it('keeps 64 bits, and the order of bytes', async () => {
    const texts = await Promise.all(
      ['exact', 'unsigned', 'mixed', 'ragged be'].map((name) =>
        asked(viewer, dataCall(file, name)),
      ),
    );
    expect(texts.map(({ text }) => text)).toEqual([
      '[9223372036854775807,-9223372036854775808,9007199254740993]',
      '[18446744073709551615]',
      '[[1152921504606846976,"text",[1,2]],[-1,"",[3,4]]]',
      '[[1,2],[3]]',
    ]);
  });

  it('selects as numpy does', async () => {
    const selections = ['5', '5,3', ':,3', '::7,1::3', '-1,-2:', '10:20', '3:3', '...,1', '...'];
    const expected = found(selections.map((selection) => `f['big'][()][${selection}]`));
    for (const [i, selection] of selections.entries()) {
      const value = await askedJson(viewer, dataCall(file, '/big', { selection }));
      expect({ selection, value }).toEqual({ selection, value: expected[i] });
    }
  });

  it('writes files of numpy and pictures that others read', async () => {
    const names = [
      'exact',
      'scalar',
      'bool',
      'complex',
      'fixed',
      'enum',
      'image',
      'numbers/be f2',
      'numbers/be i2',
    ];
    for (const [i, name] of names.entries()) {
      const { bytes } = await asked(viewer, dataCall(file, name, { format: 'npy' }));
      writeFileSync(join(folder, `${i}.npy`), bytes);
    }
    const same = found(
      names.flatMap((name, i) => {
        const [read, own] = [`np.load('${join(folder, `${i}.npy`)}')`, `f['${name}'][()]`];
        return [`${read}.shape == np.shape(${own})`, `bool(np.all(${read} == ${own}))`];
      }),
    );
    expect(same).toEqual(names.flatMap(() => [true, true]));
    const { bytes } = await asked(
      viewer,
      dataCall(file, 'image', { format: 'tiff', selection: '2' }),
    );
    expect(bytes.toString('latin1', 0, 4)).toBe('II*\0');
    const pixels = await asked(viewer, dataCall(file, 'image', { format: 'bin', selection: '2' }));
    expect(bytes.subarray(-pixels.bytes.length).equals(pixels.bytes)).toBe(true);
  });

  it('gives bytes for viewers, and as they are in the file', async () => {
    const asks = [
      ['numbers/be f2', true, '<f4'],
      ['numbers/be i2', true, '<i2'],
      ['numbers/be i2', false, '>i2'],
      ['numbers/be u4', false, '>u4'],
      ['bool', true, 'i1'],
    ] as const;
    const expected = found(
      asks.map(([name, , dtype]) => `f['${name}'][()].astype('${dtype}').tobytes().hex()`),
    );
    for (const [i, [name, safe]] of asks.entries()) {
      const { bytes } = await asked(viewer, dataCall(file, name, { format: 'bin', safe }));
      expect({ name, bytes: bytes.toString('hex') }).toEqual({ name, bytes: expected[i] });
    }
  });

  it('describes types, shapes and filters', async () => {
    const typeOf = async (path: string) => {
      const { type, ...rest } = (await askedJson(viewer, {
        what: 'meta',
        file,
        path,
        links: 'only_valid',
      })) as {
        type: Record<string, unknown>;
      };
      return { ...type, ...rest };
    };
    expect(await typeOf('/numbers/be i2')).toMatchObject({
      class: 0,
      size: 2,
      order: 1,
      sign: 1,
      dtype: '>i2',
    });
    expect(await typeOf('/bool')).toMatchObject({
      class: 8,
      members: { FALSE: 0, TRUE: 1 },
      base: { class: 0, size: 1, sign: 1 },
    });
    expect(await typeOf('/fixed')).toMatchObject({ class: 3, size: 4, vlen: false, cset: 0 });
    expect(await typeOf('/compound')).toMatchObject({
      class: 6,
      members: [
        { name: 'a', class: 0, order: 1 },
        { name: 'b', class: 1, order: 0 },
        { name: 'c', class: 3 },
      ],
    });
    expect(await typeOf('/ragged')).toMatchObject({ class: 9, base: { class: 0, size: 4 } });
    expect(await typeOf('/complex')).toMatchObject({ class: 6, dtype: '<c16' });
    expect(await typeOf('/opaque')).toMatchObject({ class: 5, size: 3 });
    expect(await typeOf('/ref')).toMatchObject({ class: 7, shape: [] });
    expect(await typeOf('/empty')).toMatchObject({ class: 1, shape: null });
    expect(await typeOf('/type')).toMatchObject({ kind: 'datatype', class: 1 });
    expect(await typeOf('/big')).toMatchObject({
      shape: [1000, 70],
      chunks: [100, 7],
      filters: [
        { id: 2, name: 'shuffle' },
        { id: 1, name: 'deflate' },
        { id: 3, name: 'fletcher32' },
      ],
    });
  });

  it('follows links in the file, and none out of it', async () => {
    const meta = (path: string, links: 'only_valid' | 'all' | 'none' = 'only_valid') =>
      askedJson(viewer, { what: 'meta', file, path, links });
    expect(await meta('/soft')).toMatchObject({ name: 'soft', kind: 'dataset', shape: [] });
    expect(await meta('/soft', 'none')).toEqual({
      name: 'soft',
      kind: 'soft_link',
      target_path: '/text',
    });
    expect(await askedJson(viewer, dataCall(file, '/soft'))).toBe('Müller');
    for (const path of ['/broken', '/circle', '/through']) {
      expect(await meta(path)).toMatchObject({ kind: 'soft_link' });
      await expect(askedJson(viewer, dataCall(file, path))).rejects.toMatchObject({
        code: 'link_unresolved',
        message: expect.stringContaining('Cannot resolve'),
      });
    }
    for (const path of ['/external', '/self']) {
      expect(await meta(path)).toMatchObject({
        kind: 'external_link',
        target_path: expect.any(String),
      });
      await expect(askedJson(viewer, dataCall(file, path))).rejects.toMatchObject({
        code: 'link_unresolved',
      });
    }
    for (const path of ['/external/x', '/broken/x', '/through/x']) {
      const call = dataCall(file, path);
      await expect(askedJson(viewer, call)).rejects.toMatchObject({ code: 'link_unresolved' });
    }
    await expect(askedJson(viewer, dataCall(file, '/text/x'))).rejects.toMatchObject({
      code: 'not_in_file',
    });
    const { children } = (await meta('/')) as { children: { name: string; kind: string }[] };
    expect(children.find(({ name }) => name === 'external')).toMatchObject({
      kind: 'external_link',
    });
  });

  it('opens no file that another one names', async () => {
    writeFileSync(join(folder, 'secret'), 'a secret');
    const path = join(folder, 'names others.h5');
    make(
      path,
      `
import h5py, numpy as np, sys
f = h5py.File(sys.argv[1], 'w')
secret = sys.argv[1].replace('names others.h5', 'secret')
p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
p.set_external(secret.encode(), 0, 8)
h5py.h5d.create(f.id, b'storage', h5py.h5t.NATIVE_UINT8, h5py.h5s.create_simple((8,)), p)
layout = h5py.VirtualLayout((3,), 'i8')
layout[:] = h5py.VirtualSource(sys.argv[1].replace('names others.h5', 'a.h5'), 'exact', (3,))
f.create_virtual_dataset('virtual', layout)
f['own'] = np.arange(3)
layout = h5py.VirtualLayout((3,), 'i8')
layout[:] = h5py.VirtualSource('.', 'own', (3,))
f.create_virtual_dataset('virtual own', layout)
`,
    );
    await expect(askedJson(viewer, dataCall(path, '/storage'))).rejects.toMatchObject({
      code: 'not_readable_here',
      message: expect.stringContaining('another file'),
    });
    await expect(askedJson(viewer, dataCall(path, '/virtual'))).rejects.toMatchObject({
      code: 'not_readable_here',
      message: expect.stringContaining('other files'),
    });
    expect(await askedJson(viewer, dataCall(path, '/virtual own'))).toEqual([0, 1, 2]);
  });

  it('unpacks bitshuffled chunks of any shape, and no more than it has to', async () => {
    const values = Uint16Array.from({ length: 8 * 12 }, (_, i) => 1000 + i);
    const at = (y: number, x: number) => values[y * 12 + x];
    const chunks = [0, 4].flatMap((y) =>
      [0, 6].map((x) => {
        const chunk = Uint16Array.from({ length: 24 }, (_, i) =>
          at(y + Math.floor(i / 6), x + (i % 6)),
        );
        return [y, x, packValue(Buffer.from(chunk.buffer), 2).toString('hex')];
      }),
    );
    const program = (options: string) => `
import h5py, json, sys
f = h5py.File(sys.argv[1], 'w', ${options})
p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
p.set_chunk((4, 6))
# Where the filter is installed, it puts version and element size before the options.
options = (0, 2) if h5py.h5z.filter_avail(32008) else (0, 3, 2, 0, 2)
p.set_filter(32008, h5py.h5z.FLAG_OPTIONAL, options)
d = h5py.h5d.create(f.id, b'packed', h5py.h5t.STD_U16LE, h5py.h5s.create_simple((8, 12)), p)
for y, x, packed in json.loads('${JSON.stringify(chunks)}'):
    d.write_direct_chunk((y, x), bytes.fromhex(packed))
`;
    for (const options of ["libver='earliest'", 'userblock_size=1024']) {
      const path = join(folder, `${options.replaceAll(/\W/g, '')}.h5`);
      make(path, program(options));
      for (const [selection, expected] of [
        [undefined, [...values]],
        ['5', Array.from({ length: 12 }, (_, x) => at(5, x))],
        ['3:6,::4', [3, 4, 5].flatMap((y) => [0, 4, 8].map((x) => at(y, x)))],
        ['::7,-1', [at(0, 11), at(7, 11)]],
      ] as const) {
        const call = dataCall(path, '/packed', { selection, flatten: true });
        expect({ selection, value: await askedJson(viewer, call) }).toEqual({
          selection,
          value: expected,
        });
      }
    }
    const latest = join(folder, 'latest.h5');
    make(latest, program("libver='latest'"));
    await expect(askedJson(viewer, dataCall(latest, '/packed'))).rejects.toMatchObject({
      code: 'not_readable_here',
      message: expect.stringContaining('earlier formats'),
    });
  });

  it('has the values of attributes, whatever their type', async () => {
    const { text } = await asked(viewer, { what: 'attr', file, path: '/with attributes' });
    expect(JSON.parse(text.replace('1152921504606846976', '"exact"'))).toEqual({
      n: 'exact',
      m: [
        [0, 1, 2],
        [3, 4, 5],
      ],
      t: ['a', 'b'],
      e: null,
      b: true,
      r: '<HDF5 object reference>',
      bytes: 'latin',
    });
  });

  it('refuses an attribute whose value can’t be read, and has the others', async () => {
    const path = join(folder, 'attributes.h5');
    make(
      path,
      [
        'import h5py, numpy as np, sys',
        "f = h5py.File(sys.argv[1], 'w', libver='latest')",
        "f.attrs['long'] = np.longdouble(1)",
        "f.attrs['large'] = np.zeros(2**21 + 1)",
        "f.attrs['n'] = 1",
      ].join('\n'),
    );
    const call = { what: 'attr', file: path, path: '/' } as const;
    expect(await askedJson(viewer, { ...call, names: ['n'] })).toEqual({ n: 1 });
    for (const [names, reason] of [
      [['long'], "The attribute 'long' of / can't be read here: it has floating-point"],
      [['n', 'large'], 'it has 16777224 bytes, and 16 MiB are the most. Name others by attr_keys.'],
      [undefined, "can't be read here"],
    ] as const) {
      await expect(asked(viewer, { ...call, names })).rejects.toMatchObject({
        code: 'not_readable_here',
        message: expect.stringContaining(reason),
      });
    }
  });

  it('computes statistics', async () => {
    const stats = await askedJson(viewer, { what: 'stats', file, path: '/odd' });
    expect(stats).toEqual({
      strict_positive_min: 1.5,
      positive_min: 1.5,
      min: 1.5,
      max: 1.5,
      mean: 1.5,
      std: 0,
    });
    const { mean, std } = (await askedJson(viewer, {
      what: 'stats',
      file,
      path: '/image',
    })) as Record<string, number>;
    const [numpyMean, numpyStd] = found([
      "f['image'][()].mean()",
      "f['image'][()].std()",
    ]) as number[];
    expect([mean, std]).toEqual([expect.closeTo(numpyMean, 8), expect.closeTo(numpyStd, 8)]);
  });
});
