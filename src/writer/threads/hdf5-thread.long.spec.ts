import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedGarbage } from '../../concurrency/shared-garbage.js';
import { packLiterally } from '../../encoding/literal-packer.js';
import { FileMaker } from '../../hdf5/handed/file-maker.js';
import { newBuffers } from '../../hdf5/handed/shared-buffers.js';
import { Hdf5File } from '../../hdf5/hdf5-file.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { blockOf, GENERAL } from '../../hdf5/row-blocks.fixture.js';
import type { RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import { block, extendedAt, makerWith, ROWS, VALUES } from './handed-rows.fixture.js';
import { partners } from './partners.fixture.js';

const KIB = 1024;

const folder = mkdtempSync(join(tmpdir(), 'two-threads-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

const newPath = () => join(folder, `${count++}.h5`);

/** Some MB of whatever a file can have. */
function fill(sink: RowSink): void {
  const image = { name: 'PACKED', type: 'uint16', shape: [64, 64] } as const;
  const packedRows = sink.openChannel(image, { packed: true });
  const pixels = new Uint8Array(2 * 64 * 64).map((_, i) => i % 251);
  for (let i = 0; i < 40; i++) {
    const { values: _values, ...columns } = blockOf('uint16', [], [{ pulseId: i, value: [0] }]);
    packedRows.appendPacked?.({ ...columns, packed: [packLiterally(pixels.fill(i), 2)] });
  }
  packedRows.close();
  const waveform = sink.openChannel({ name: 'WAVEFORM', type: 'float64', shape: [VALUES] });
  for (let i = 0; i < 40; i++) waveform.append(block(i * ROWS));
  waveform.close(10);
  const texts = sink.openChannel({ name: 'TEXTS', type: 'string', shape: [2] });
  const rows = Array.from({ length: 500 }, (_, i) => {
    const value = [`first ${i}`, 'ü'.repeat(i % 50)];
    return { pulseId: 3 * i, value, date: `${i}`, present: i % 3 > 0 };
  });
  for (let i = 0; i < 10; i++) texts.append(blockOf('string', [2], rows));
  texts.close();
  const large = sink.openChannel({ name: 'LARGE', type: 'uint8', shape: [4200, KIB] });
  const columns = blockOf('uint8', [], [{ pulseId: 1, value: [0], date: 'now' }]);
  for (const Memory of [ArrayBuffer, SharedArrayBuffer]) {
    const array = new Uint8Array(new Memory(4200 * KIB)).fill(7, KIB, 3000 * KIB);
    large.append({ ...columns, values: { type: 'uint8', array } });
  }
  large.close();
  const again = sink.openChannel({ name: 'WAVEFORM', type: 'float64', shape: [VALUES] });
  again.append(block(40 * ROWS));
  again.close();
  sink.openChannel({ name: 'EMPTY', type: 'int8', shape: [] }).close();
  fillLabelled(sink, 1, 200);
  fillLabelled(sink, 20_000, 2);
}

/** @param elements of each value */
function fillLabelled(sink: RowSink, elements: number, count: number): void {
  const header = { name: `LABELLED${elements}`, type: 'int16', shape: [elements] } as const;
  const states = sink.openChannel({ ...header, isLabelled: true });
  const rows = Array.from({ length: count }, (_, i) => {
    const value = Array.from({ length: elements }, (_each, k) => (i + k) % 3);
    return { pulseId: i, value, labels: value.map((each) => `state ${each}`) };
  });
  for (let i = 0; i < 3; i++) states.append(blockOf('int16', header.shape, rows));
  states.close();
}

/** Where two files differ, but for the times of their objects, in s. */
function differences(a: Buffer, b: Buffer, begun: number): number[] {
  const isTime = (file: Buffer, at: number) => {
    const time = file.readUInt32LE(at);
    return time >= begun && time <= Date.now() / 1000;
  };
  const found: number[] = [];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    if (at % KIB === 0 && a.subarray(at, at + KIB).equals(b.subarray(at, at + KIB))) at += KIB - 1;
    if (a[at] === b[at]) continue;
    if (at + 4 <= Math.min(a.length, b.length) && isTime(a, at) && isTime(b, at)) at += 3;
    else if (found.push(at) === 10) break;
  }
  return found;
}

const ATTRIBUTES = { a: 'text', b: 2, c: 3n, d: ['one', 'two'] };
const OF_CHANNELS = new Map([
  ['TEXTS', { attributes: { problems: ['few'] }, description: 'pairs' }],
  ['WAVEFORM', { units: 'µm' }],
]);

describe('a file that is handed to a thread of its own', { timeout: 30_000 }, () => {
  const { partnership } = partners();

  it.each(['compact', 'extended'])(
    'is byte for byte what one thread would write: %s',
    async (kind) => {
      const begun = Math.floor(Date.now() / 1000);
      const common = {
        general: GENERAL,
        entry: { title: 'a', identifier: 'b' },
      } as const;
      const expected = newPath();
      const spool = new Spool(`${expected}.spool`, new Uint8Array(KIB));
      const format = kind === 'extended' ? ({ extended: spool } as const) : 'compact';
      const plain = Hdf5File.create(library, { ...common, path: expected, format });
      fill(plain);
      plain.finish(ATTRIBUTES, OF_CHANNELS);

      // Of small ones some have to be waited for, and most blocks are lent; in the end no partner is ready.
      const small = newBuffers(2, 68 * KIB);
      for (const files of [
        await makerWith(library, partnership()),
        await makerWith(library, partnership(small)),
        new FileMaker(library, partnership(small)),
      ]) {
        const path = newPath();
        const format = kind === 'extended' ? extendedAt(path) : 'compact';
        const handed = files.create({ ...common, path, format });
        fill(handed);
        await handed.finish(ATTRIBUTES, OF_CHANNELS);
        expect(differences(readFileSync(path), readFileSync(expected), begun)).toEqual([]);
        expect(files.needsFreshThread).toBe(false);
        rmSync(path);
      }
      rmSync(expected);
    },
  );

  it('holds no value that was read where it lay, also one of many as large', async () => {
    const files = await makerWith(library, partnership());
    const file = files.create({ path: newPath(), general: GENERAL, format: 'compact' });
    const rows = file.openChannel({ name: 'LARGE', type: 'uint8', shape: [40, KIB, KIB] });
    // Absent, so that nothing of them is written.
    const columns = blockOf('uint8', [], [{ pulseId: 1, value: [0], date: 'now', present: false }]);
    const garbage = new SharedGarbage();
    const sizes: number[] = [];
    for (let i = 0; i < 12; i++) {
      const array = new Uint8Array(new SharedArrayBuffer(40 * KIB * KIB)).fill(1);
      rows.append({ ...columns, values: { type: 'uint8', array } });
      garbage.add(array.length);
      sizes.push(process.memoryUsage.rss());
    }
    await file.abort();
    expect(Math.max(...sizes) - sizes[0]).toBeLessThan(200 * KIB * KIB);
  });
});
