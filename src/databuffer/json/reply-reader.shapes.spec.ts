import { describe, expect, it } from 'vitest';
import { codes, points } from './one-channel.fixture.js';
import { readReply, RecordingSink } from './recording-sink.fixture.js';

const KEYS = ['config first', 'config last'] as const;

function replyOf(keys: (typeof KEYS)[number], shape: string, data: string, type = 'int16'): string {
  const config = `"configs":[{"type":"${type}","shape":${shape}}],"channel":{"name":"A"}`;
  return keys === 'config first'
    ? `[{${config},"data":[${data}]}]`
    : `[{"data":[${data}],${config}}]`;
}

function read(...args: Parameters<typeof replyOf>) {
  const sink = new RecordingSink();
  const [report] = readReply(replyOf(...args), sink).channels;
  const [{ header, rows }] = sink.channels;
  return { report, shape: header.shape, present: rows.map(({ present }) => present), rows };
}

const many = (count: number, value: string) => Array<string>(count).fill(value);
const waveform = (length: number) => JSON.stringify(Array.from({ length }, (_, i) => i));

describe.each(KEYS)('a channel’s shape, %s', (keys) => {
  it('is that of its values where they agree among themselves', () => {
    const { report, shape, present, rows } = read(keys, '[3]', points('[1,2]', '[3,4]', '[5,6]'));
    expect(shape).toEqual([2]);
    expect(present).toEqual([1, 1, 1]);
    expect(rows.map(({ value }) => value)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(report.problems).toContainEqual({
      code: 'shape_differs',
      count: 3,
      first_pulse_id: 1,
      example: '[2] in the data, [3] declared',
    });
  });

  it('is the one that points give themselves, whatever is declared', () => {
    const data = [1, 2, 3]
      .map((id) => `{"pulseId":${id},"value":[1,2,3,4,5,6],"shape":[3,2]}`)
      .join();
    const { shape, present } = read(keys, '[2,3]', data);
    expect(shape).toEqual([3, 2]);
    expect(present).toEqual([1, 1, 1]);
  });

  it('is that of most of the first 64 rows, others are absent and counted', () => {
    const values = [...many(31, '[1,2,3]'), ...many(33, '[1,2]'), ...many(100, '[1,2,3]')];
    const { report, shape, present } = read(keys, '[3]', points(...values));
    expect(shape).toEqual([2]);
    expect(present.filter((each) => each === 1)).toHaveLength(33);
    expect(codes(report)).toMatchObject({ shape_differs: 33, wrong_length: 131 });
  });

  it.each([
    ['as many have another', ['[1,2]', '[1,2,3]']],
    ['no row tells', ['null', '{}', '[]']],
  ])('is the declared one where %s', (_case, values) => {
    const { report, shape } = read(keys, '[3]', points(...values));
    expect(shape).toEqual([3]);
    expect(codes(report)).not.toHaveProperty('shape_differs');
  });

  it('is not changed by what is no value', () => {
    const values = [...many(9, 'null'), ...many(9, '"x"'), ...many(9, '[]'), '[1,2,3]'];
    const { report, shape, present } = read(keys, '[3]', points(...values));
    expect(shape).toEqual([3]);
    expect(present.at(-1)).toBe(1);
    expect(codes(report)).not.toHaveProperty('shape_differs');
  });

  it.each([
    ['scalars', '[4]', many(200, '7'), [1]],
    ['waveforms of several pages', '[70000]', many(4, waveform(66_000)), [66_000]],
    ['values larger than what memory holds', '[100]', many(3, waveform(300_000)), [300_000]],
  ])('holds for %s', (_case, declared, values, expected) => {
    const { report, shape, present, rows } = read(keys, declared, points(...values), 'float64');
    expect(shape).toEqual(expected);
    expect(present).toEqual(values.map(() => 1));
    expect(rows.every(({ value, date }) => value.length === expected[0] && date !== '')).toBe(true);
    expect(rows.at(-1)!.value.at(-1)).toBe(values.length === 200 ? 7 : expected[0] - 1);
    expect(report.rows).toBe(values.length);
  });
});

describe.each(KEYS)('a channel that comes again, declared alike, %s', (keys) => {
  const pieces = (...values: readonly string[][]): string =>
    `[${values.map((each) => replyOf(keys, '[3]', points(...each)).slice(1, -1)).join()}]`;

  it.each([
    ['as declared', ['[1,2]', '[3,4]'], ['[5,6,7]', '[8,9]'], [2], [1, 1, 0, 1]],
    ['otherwise', ['[1,2,3]'], ['[5,6]'], [3], [1, 0]],
  ])(
    'has the shape of its first piece where later values are %s',
    (_case, one, two, shape, there) => {
      const sink = new RecordingSink();
      const { channels, rows } = readReply(pieces(one, two), sink);
      expect(channels).toHaveLength(1);
      expect(channels[0].failure).toBeUndefined();
      expect(channels[0].rows).toBe(one.length + two.length);
      expect(rows).toBe(one.length + two.length);
      expect(codes(channels[0])).toMatchObject({ wrong_length: 1 });
      expect(sink.channel('A').header.shape).toEqual(shape);
      expect(sink.channel('A').rows.map(({ present }) => present)).toEqual(there);
    },
  );

  it('counts each value that is not as declared', () => {
    const { channels } = readReply(pieces(['[1,2]'], ['[3,4]']), new RecordingSink());
    expect(codes(channels[0])).toMatchObject({ shape_differs: 2 });
  });

  it('has the shape of its first rows', () => {
    const sink = new RecordingSink();
    readReply(pieces([], ['[1,2]']), sink);
    expect(sink.channel('A').rows.map(({ present }) => present)).toEqual([1]);
  });
});

it('a text’s own shape is one of texts', () => {
  const { shape, present } = read('config last', '[2]', points('"a"', '"b"'), 'string');
  expect(shape).toEqual([1]);
  expect(present).toEqual([1, 1]);
});
