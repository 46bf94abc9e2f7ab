import { describe, expect, it } from 'vitest';
import { codes, points, read, oneChannelReply, scalar } from './one-channel.fixture.js';

describe('conversions', () => {
  it.each([
    [
      'float32',
      ['1e39', '-1e39', '0.1', '"NaN"', '16777217'],
      [Infinity, -Infinity, Math.fround(0.1), NaN, 16777216],
    ],
    ['float64', ['9007199254740993', 'NaN', '-0', '1e400'], [9007199254740992, NaN, -0, Infinity]],
    ['float64', ['18446744073709551616', '-9007199254740993.5'], [2 ** 64, -9007199254740994]],
    ['float32', ['18446744073709551616', '1e400'], [2 ** 64, Infinity]],
    ['character', ['"é"', '"ab"', '""'], ['é', 'ab', '']],
    ['Character', ['"x"'], ['x']],
    ['float64', ['-9223372036854775807', '18446744073709551615'], [-(2 ** 63), 2 ** 64]],
    ['int32', ['3.0', '1e3', '-0', '[5]'], [3, 1000, 0, 5]],
    [
      'int64',
      ['9007199254740993', '-1', '12', '9.007199254740993e15'],
      [9007199254740993n, -1n, 12n, 9007199254740993n],
    ],
    [
      'uint64',
      ['18446744073709551615', '4294967296', '9007199254740991'],
      [2n ** 64n - 1n, 2n ** 32n, 2n ** 53n - 1n],
    ],
    ['bool', ['true', 'false', '1', '0', '1.0'], [1, 0, 1, 0, 1]],
    ['string', ['"a"', '""', '"\\ud83d\\ude00é"', '["b"]', '"NaN"'], ['a', '', '😀é', 'b', 'NaN']],
  ])('%s takes %j', (type, values, stored) => {
    for (const budget of [undefined, 0]) {
      const { report, rows } = read(oneChannelReply(scalar(type), points(...values)), {
        memoryBudget: budget,
      });
      expect(rows.values).toStrictEqual(stored);
      expect(rows.present).toStrictEqual(values.map(() => 1));
      expect(report.problems).toStrictEqual([]);
    }
  });

  it('a NUL ends a text, and what is no Unicode is replaced; both are stored and counted', () => {
    const { report, rows } = read(
      oneChannelReply(
        scalar('string'),
        points('"a\\u0000b"', '"x\\ud800y"', '"fine"', '"\\u0000"'),
      ),
    );
    expect(rows).toStrictEqual({ present: [1, 1, 1, 1], values: ['a', 'x\ufffdy', 'fine', ''] });
    expect(codes(report)).toStrictEqual({ nul_in_text: 2, invalid_unicode: 1 });
  });

  it('a text of several MB is kept, a longer one is counted', () => {
    const long = 'é'.repeat(1_000_000);
    const endless = 'x'.repeat(5_000_000);
    const data = points(`"${long}"`, `"${endless}"`, '"z"');
    const { report, rows } = read(oneChannelReply(scalar('string'), data), {
      cuts: [1, 500_000, 3_000_000],
    });
    expect(rows.values).toStrictEqual([long, '', 'z']);
    expect(codes(report)).toStrictEqual({ text_too_long: 1 });
  });
});

describe('dates and pulse ids', () => {
  it('a point without a readable date is present', () => {
    const data =
      '{"pulseId":1,"value":1},{"pulseId":2,"value":2,"globalDate":null},' +
      '{"pulseId":3,"value":3,"globalDate":"yesterday"},{"pulseId":4,"value":4,"globalDate":17}';
    const { report, sink } = read(oneChannelReply(scalar('int8'), data));
    expect(
      sink.channels[0].rows.map(({ date, timestamp, present }) => [date, timestamp, present]),
    ).toStrictEqual([
      ['', 0n, 1],
      ['', 0n, 1],
      ['yesterday', 0n, 1],
      ['', 0n, 1],
    ]);
    expect(report.problems).toMatchObject([
      { code: 'missing_global_date', count: 2, first_pulse_id: 1 },
      { code: 'invalid_global_date', count: 2, first_pulse_id: 3, example: '"yesterday"' },
    ]);
  });

  it('a point without a pulse id gives no row', () => {
    const long = `[${Array.from({ length: 70_000 }, (_, i) => i).join()}]`;
    const data = `{"value":1},{"pulseId":"5","value":2},{"pulseId":1.5,"value":${long}},{"pulseId":{"a":1},"value":3},17,[1],{"pulseId":9,"value":4}`;
    for (const text of [
      oneChannelReply(scalar('int32'), data),
      `[{"configs":[${scalar('int32')}],"channel":{"name":"A"},"data":[${data}]}]`,
    ]) {
      const { report, rows, sink } = read(text);
      expect(rows).toStrictEqual({ present: [1], values: [4] });
      expect(sink.channels[0].rows[0].pulseId).toBe(9n);
      expect(codes(report)).toMatchObject({
        missing_pulse_id: 1,
        invalid_pulse_id: 3,
        invalid_point: 2,
      });
    }
  });

  it.each(['9007199254740993', '1e16', '1e300', '-1e17', '1.5'])(
    'a row of a waveform with the pulse id %s is dropped',
    (bad) => {
      const row = (id: string) => `{"pulseId":${id},"value":[1,2],"shape":[2]}`;
      const data = [row('1'), row(bad), row('9007199254740992')].join();
      const { report, rows } = read(oneChannelReply('{"type":"int8","shape":[2]}', data));
      expect(rows.values).toStrictEqual([1, 2, 1, 2]);
      expect(codes(report)).toMatchObject({ invalid_pulse_id: 1 });
    },
  );

  it('repeated pulse ids are kept in order and counted, however far apart', () => {
    const ids = [5, 6, 6, 7, 5_000_000, 5, 2 ** 53];
    const data = ids.map((id) => `{"pulseId":${id},"value":${id}}`).join();
    const { report, rows } = read(oneChannelReply(scalar('float64'), data));
    expect(rows.values).toStrictEqual(ids);
    expect(report.problems).toContainEqual({
      code: 'duplicate_pulse_id',
      count: 2,
      first_pulse_id: 6,
      example: undefined,
    });
  });
});
