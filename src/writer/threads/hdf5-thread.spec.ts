import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FileMaker } from '../../hdf5/handed/file-maker.js';
import { Partnership } from '../../hdf5/handed/partnership.js';
import { newBuffers } from '../../hdf5/handed/shared-buffers.js';
import { Hdf5File } from '../../hdf5/hdf5-file.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { blockOf, GENERAL, textColumn } from '../../hdf5/row-blocks.fixture.js';
import { packLiterally } from '../../encoding/literal-packer.js';
import type { RowBlock } from '../../rows/row-block.js';
import type { RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import { type Bundle, bundle } from '../bundle.fixture.js';

const KIB = 1024;
/** Rows of a block of 64 KiB of values. */
const ROWS = 64;
const VALUES = 128;

const folder = mkdtempSync(join(tmpdir(), 'two-threads-'));
let thread: Bundle;
let library: Hdf5Library;
let count = 0;
const workers: Worker[] = [];

beforeAll(async () => {
  [thread, library] = await Promise.all([bundle('./threads/hdf5-thread.ts'), Hdf5Library.load()]);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

afterAll(() => {
  thread.remove();
  rmSync(folder, { recursive: true });
});

/** A partner in a thread of its own. */
function partnership(buffers = newBuffers()): Partnership {
  return new Partnership(({ port, parts }) => {
    const options = { workerData: { port, parts }, transferList: [port] };
    workers.push(new Worker(thread.url, options));
  }, buffers);
}

const newPath = () => join(folder, `${count++}.h5`);

function block(first: number, value = first): RowBlock {
  const pulseIds = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(first + i));
  return {
    rows: ROWS,
    pulseIds,
    timestamps: pulseIds.map((id) => id * 10n),
    present: new Uint8Array(ROWS).fill(1),
    globalDates: textColumn(Array.from(pulseIds, (id) => `date ${id}`)),
    values: {
      type: 'float64',
      array: Float64Array.from({ length: ROWS * VALUES }, (_, i) => value + i / 7),
    },
  };
}

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
  for (let i = 0; i < 80; i++) waveform.append(block(i * ROWS));
  waveform.close(10);
  const texts = sink.openChannel({ name: 'TEXTS', type: 'string', shape: [2] });
  const rows = Array.from({ length: 500 }, (_, i) => {
    const value = [`first ${i}`, 'ü'.repeat(i % 50)];
    return { pulseId: 3 * i, value, date: `${i}`, present: i % 3 > 0 };
  });
  for (let i = 0; i < 10; i++) texts.append(blockOf('string', [2], rows));
  texts.close();
  const large = sink.openChannel({ name: 'LARGE', type: 'uint8', shape: [5000, KIB] });
  const bytes = new Uint8Array(new SharedArrayBuffer(5000 * KIB));
  for (let i = 0; i < 2; i++) {
    const values = { type: 'uint8', array: bytes.map((_, at) => at % (100 + i)) } as const;
    bytes.set(values.array);
    const columns = blockOf('uint8', [], [{ pulseId: 1 + i, value: [0], date: 'now' }]);
    large.append({ ...columns, values: { type: 'uint8', array: i === 0 ? bytes : values.array } });
  }
  large.close();
  const again = sink.openChannel({ name: 'WAVEFORM', type: 'float64', shape: [VALUES] });
  again.append(block(80 * ROWS));
  again.close();
  sink.openChannel({ name: 'EMPTY', type: 'int8', shape: [] }).close();
}

/** Where two files differ, but for the times of their objects, in s. */
function differences(a: Buffer, b: Buffer, begun: number): number[] {
  const isTime = (file: Buffer, at: number) => {
    const time = file.readUInt32LE(at);
    return time >= begun && time <= Date.now() / 1000;
  };
  const found: number[] = [];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    if (a[at] === b[at]) continue;
    if (at + 4 <= Math.min(a.length, b.length) && isTime(a, at) && isTime(b, at)) at += 3;
    else if (found.push(at) === 10) break;
  }
  return found;
}

const ATTRIBUTES = { a: 'text', b: 2, c: 3n, d: ['one', 'two'] };
const OF_CHANNELS = new Map([['TEXTS', { problems: ['few'] }]]);

describe('a file that is handed to a thread of its own', () => {
  it.each(['compact', 'extended', 'gzip', 'plots'])(
    'is byte for byte what one thread would write: %s',
    { timeout: 30_000 },
    async (kind) => {
      const begun = Math.floor(Date.now() / 1000);
      const common = {
        general: GENERAL,
        compression: kind === 'gzip' ? { gzip: 1 } : 'none',
        entry: kind === 'plots' ? { title: 'a', identifier: 'b' } : undefined,
      } as const;
      const expected = newPath();
      const spool = new Spool(`${expected}.spool`, new Uint8Array(KIB));
      const format = kind === 'extended' ? ({ extended: spool } as const) : 'compact';
      const plain = Hdf5File.create(library, { ...common, path: expected, format });
      fill(plain);
      plain.finish(ATTRIBUTES, OF_CHANNELS);

      const partners = partnership();
      await partners.want();
      const files = new FileMaker(library, partners);
      for (let round = 0; round < 2; round++) {
        const path = newPath();
        const memory = new Uint8Array(new SharedArrayBuffer(KIB));
        const extended = { path: `${path}.spool`, memory };
        const handed = files.create({
          ...common,
          path,
          format: kind === 'extended' ? { extended } : 'compact',
        });
        fill(handed);
        await handed.finish(ATTRIBUTES, OF_CHANNELS);
        expect(differences(readFileSync(path), readFileSync(expected), begun)).toEqual([]);
      }
      expect(files.needsFreshThread).toBe(false);
    },
  );
});
