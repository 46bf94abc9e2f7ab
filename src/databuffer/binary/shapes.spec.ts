import { describe, expect, it } from 'vitest';
import { packedRun } from '../../hdf5/layout/packed-images.fixture.js';
import { eventFrame, headerFrame } from './frames.fixture.js';
import { readFrames } from './read-reply.fixture.js';

const TYPE = { name: 'A', type: 'uint8' };

function read(shape: readonly number[] | undefined, sizes: readonly number[], compression = 0) {
  const value = (size: number) => (compression ? packedRun(255, size) : Buffer.alloc(size, 7));
  const frames = [
    headerFrame({ ...TYPE, shape, compression }),
    ...sizes.map((size, i) => eventFrame(i + 1, value(size))),
  ];
  const { result, sink } = readFrames(frames);
  const { header, rows } = sink.channel('A');
  return {
    shape: header.shape,
    present: rows.map(({ present }) => present),
    pulses: rows.map(({ pulseId }) => Number(pulseId)),
    problems: result.channels[0].problems,
  };
}

const many = (count: number, size: number) => Array<number>(count).fill(size);

describe('a channel’s shape', () => {
  it.each([
    ['as they are', 0],
    ['packed', 1],
  ])('is that of its values where they agree among themselves, %s', (_case, compression) => {
    const { shape, present, problems } = read([3, 64], [128, 128, 128], compression);
    expect(shape).toEqual([128]);
    expect(present).toEqual([1, 1, 1]);
    expect(problems).toContainEqual({
      code: 'shape_differs',
      count: 3,
      first_pulse_id: 1,
      example: '[128] in the data, [3,64] declared',
    });
  });

  it('is that of most of the first 64 values, others are absent and counted', () => {
    const { shape, present, pulses, problems } = read(
      [3],
      [...many(31, 3), ...many(33, 2), ...many(100, 3)],
    );
    expect(shape).toEqual([2]);
    expect(present.filter((each) => each === 1)).toHaveLength(33);
    expect(pulses).toEqual(Array.from({ length: 164 }, (_, i) => i + 1));
    expect(problems).toContainEqual(expect.objectContaining({ code: 'wrong_length', count: 131 }));
  });

  it('is that of as many values as memory holds', () => {
    const { shape, present } = read([5], [...many(2, 200_000), ...many(3, 5)]);
    expect(shape).toEqual([200_000]);
    expect(present).toEqual([1, 1, 0, 0, 0]);
  });

  it.each<[string, readonly number[]]>([
    ['as many have another', [2, 3]],
    ['no value tells', [0, 0]],
  ])('is the declared one where %s', (_case, sizes) => {
    expect(read([3], sizes).shape).toEqual([3]);
  });

  it('is the declared one of an image, whose values only tell how long they are', () => {
    expect(read([64, 2], many(5, 128)).shape).toEqual([64, 2]);
    expect(read(undefined, [2, 2, 3]).shape).toEqual([2]);
  });
});

it('a channel that comes again, declared alike, has the shape of its first piece', () => {
  const frames = [
    headerFrame({ ...TYPE, shape: [3] }),
    eventFrame(1, Buffer.of(1, 2)),
    headerFrame({ name: 'B', type: 'uint8' }),
    headerFrame({ ...TYPE, shape: [3] }),
    eventFrame(2, Buffer.of(3, 4, 5)),
    eventFrame(3, Buffer.of(6, 7, 8)),
  ];
  const { result, sink } = readFrames(frames);
  const [{ rows, failure, problems }] = result.channels;
  expect({ rows, failure }).toEqual({ rows: 3, failure: undefined });
  expect(problems).toContainEqual(expect.objectContaining({ code: 'wrong_length', count: 2 }));
  expect(sink.channel('A').rows.map(({ present }) => present)).toEqual([1, 0, 0]);
});
