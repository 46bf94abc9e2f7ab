import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LAYOUT, MESSAGE } from '../format/object-header.js';
import { makeTextBlock, REFERENCE_SIZE } from '../format/text-block.js';
import { numericDatatype } from './datatype.js';
import type { H5 } from './h5.js';
import type { HeadBufferedFile } from './head-buffered-file.js';
import { Hdf5Failure } from './hdf5-failure.js';
import { Hdf5Library } from './hdf5-library.js';
import { OpenFile } from './open-file.js';
import { placeBlock, type PlacedBlock } from './placed-block.js';

const POINTER = 64;

/** HDF5's memory with a block of three texts in it, and what a file gets that HDF5 writes. */
function blockInMemory() {
  const heap = new Uint8Array(16_384);
  const texts = { bytes: Buffer.from('onetwofour'), ends: Uint32Array.of(3, 6, 10) };
  const bytes = makeTextBlock(texts, heap.subarray(POINTER))!;
  const file: Pick<HeadBufferedFile, 'watch'> = { watch: undefined };
  const block: PlacedBlock = { pointer: POINTER, bytes, texts: [{ offset: 0, references: 3 }] };
  return {
    heap,
    block: heap.subarray(POINTER, POINTER + bytes),
    write: (piece: Uint8Array, at: number) => file.watch?.(piece, at),
    place: (write: () => void) =>
      placeBlock({ HEAPU8: heap } as unknown as H5, file as HeadBufferedFile, block, write),
  };
}

function addressesIn(block: Uint8Array): number[] {
  const bytes = Buffer.from(block);
  return [0, 1, 2].map((i) => Number(bytes.readBigUInt64LE(i * REFERENCE_SIZE + 4)));
}

const PLACED = [5048, 5048, 5048];

describe('placeBlock', () => {
  it('adds the place where the block is written', () => {
    const { block, write, place } = blockInMemory();
    expect(place(() => write(block, 5000))).toBe(5000);
    expect(addressesIn(block)).toEqual(PLACED);
  });

  it('adds it to what is written, where that is a copy', () => {
    const { block, write, place } = blockInMemory();
    const copy = block.slice();
    expect(place(() => write(copy, 5000))).toBe(5000);
    expect(addressesIn(copy)).toEqual(PLACED);
  });

  it('adds it once, though a write is repeated', () => {
    const { block, write, place } = blockInMemory();
    const twice = () => {
      write(block, 5000);
      write(block, 5000);
    };
    expect(place(twice)).toBe(5000);
    expect(addressesIn(block)).toEqual(PLACED);
  });

  it('leaves alone what else is written', () => {
    const { block, heap, write, place } = blockInMemory();
    const others = [heap.slice(0, block.length), block.slice(16), heap.slice(0, 100)];
    const before = others.map((each) => each.slice());
    place(() => {
      for (const each of others) write(each, 100);
      write(block, 5000);
      write(block.slice(), 9000);
    });
    expect(others).toEqual(before);
    expect(addressesIn(block)).toEqual(PLACED);
  });

  it('refuses a block that is written in pieces', () => {
    const { block, write, place } = blockInMemory();
    const inPieces = () => {
      write(block.subarray(0, 1000), 5000);
      write(block.subarray(1000), 6000);
    };
    expect(() => place(inPieces)).toThrow('in pieces');
  });
});

describe('a dataset whose header says another place than it was written to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'placed-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('fails the file', async () => {
    const library = await Hdf5Library.load();
    const file = OpenFile.create(library, join(folder, 'a.h5'));
    const elsewhere = Buffer.alloc(8, 1);
    file.createDataset(
      '/x',
      numericDatatype('int64'),
      { shape: [3] },
      library.buffers.data.pointer,
      {
        changes: [
          {
            message: MESSAGE.layout,
            offset: LAYOUT.address,
            written: elsewhere,
            wanted: elsewhere,
          },
        ],
      },
    );
    expect(() => file.close()).toThrow(Hdf5Failure);
  });
});
