import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askH5py, HAS_H5PY } from '../src/hdf5/python.fixture.js';
import { unpackBitshuffleLz4 } from '../src/encoding/bitshuffle-lz4.js';
import { Beamline } from './support/beamline.js';

const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const RANGE = { startPulseId: 1000, endPulseId: 1099 };
const BEFORE_VALUE = 17;

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

function sha(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The camera's images as they come over the wire, bitshuffle-LZ4. */
async function imagesOnTheWire(): Promise<Buffer[]> {
  const reply = await fetch(beamline.dataApi, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/octet-stream' },
    body: JSON.stringify({ channels: [{ name: CAMERA }], range: RANGE }),
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  const images: Buffer[] = [];
  for (let at = 0, end = 0; at < bytes.length; at = end) {
    end = at + 4 + bytes.readInt32BE(at) + 4;
    if (bytes[at + 4] === 1) images.push(bytes.subarray(at + 4 + BEFORE_VALUE, end - 4));
  }
  return images;
}

/** Writes a file with the writer's engine as it is and `--image_api_url`. */
async function write(name: string, ...flags: string[]): Promise<string> {
  const request = join(beamline.folder, 'request.json');
  const channels = [{ name: CAMERA, backend: 'sf-imagebuffer' }, { name: SCALAR }];
  const query = { channels, range: RANGE };
  writeFileSync(
    request,
    JSON.stringify({ data_api_request: query, parameters: { output_file: 'run.h5' } }),
  );
  const root = join(beamline.folder, name);
  const settings = ['--data_api_url', beamline.dataApi, '--output_root', root];
  const writer = beamline.run(
    ...['write', request, ...settings, '--state_dir', `${root}.state`],
    ...['--image_api_url', new URL('/', beamline.dataApi).href, ...flags],
  );
  await writer.succeeds();
  return join(root, 'run.h5');
}

it.skipIf(!HAS_H5PY)(
  'images go into the file as they came, or as readers without the filter want them',
  async () => {
    const [asTheyCame, plain, gzip] = await Promise.all([
      write('packed'),
      write('plain', '--plain_images'),
      write(
        'gzip',
        ...['--plain_images', '--compression', 'gzip:4', '--memory_budget', '1', '--nexus', 'off'],
      ),
    ]);
    const wire = await imagesOnTheWire();
    expect(wire).toHaveLength(25);
    const scalars = `hashlib.sha256(f['data/${SCALAR}/data'][:].tobytes()).hexdigest()`;
    const lines = [
      'import hashlib',
      `images, scalars = f['data/${CAMERA}/data'], f['data/${SCALAR}/data']`,
      `plotted = 'entry' in f and f['entry/${CAMERA}/data'] == images`,
      'filters = [p.get_filter(i)[0] for p in [images.id.get_create_plist()] for i in range(p.get_nfilters())]',
    ];
    const chunks =
      '[hashlib.sha256(images.id.read_direct_chunk((i, 0, 0))[1]).hexdigest() for i in range(25)]';
    const values = '[hashlib.sha256(images[i].tobytes()).hexdigest() for i in range(25)]';
    const print = (what: string) =>
      `print(json.dumps([filters, images.shape, scalars.compression, plotted, ${scalars}, ${what}]))`;

    const [filters, shape, compression, plotted, hash, packed] = askH5py(asTheyCame, [
      ...lines,
      print(chunks),
    ]) as unknown[];
    expect([filters, shape, compression, plotted]).toEqual([[32008], [25, 120, 160], null, true]);
    expect(packed).toEqual(wire.map(sha));

    const images = wire.map((image) => sha(unpackBitshuffleLz4(image, 2)));
    expect(askH5py(plain, [...lines, print(values)])).toEqual([
      [],
      shape,
      null,
      true,
      hash,
      images,
    ]);
    // What fits into a chunk is not compressed.
    expect(askH5py(gzip, [...lines, print(values)])).toEqual([
      ...[[], shape, null, false],
      ...[hash, images],
    ]);
  },
);
