import { describe, expect, it } from 'vitest';
import type { ChannelReport, Problem } from '../../rows/channel-report.js';
import { type ReadOptions, readReply, RecordingSink } from './recording-sink.fixture.js';

/** A reply of one channel; `data` is the JSON text of its points. */
function reply(config: string, data: string, name = 'A'): string {
  return `[{"data":[${data}],"configs":[${config}],"channel":{"name":${JSON.stringify(name)}}}]`;
}

function points(...values: string[]): string {
  return values
    .map(
      (value, i) => `{"pulseId":${i + 1},"value":${value},"globalDate":"1970-01-01T00:00:0${i}Z"}`,
    )
    .join();
}

interface Read {
  sink: RecordingSink;
  report: ChannelReport;
  rows: { present: number[]; values: (number | bigint | string)[] };
}

function read(text: string, options?: ReadOptions): Read {
  const sink = new RecordingSink();
  const result = readReply(text, sink, { expected: { channels: ['A'] }, ...options });
  const [channel] = sink.channels;
  return {
    sink,
    report: result.channels[0],
    rows: {
      present: channel?.rows.map(({ present }) => present) ?? [],
      values: channel?.rows.flatMap(({ value }) => value) ?? [],
    },
  };
}

/** Reads a bad value, a good one and the bad one again. */
function readRefused(config: string, bad: string, good: string, memoryBudget?: number): unknown {
  const { report, sink } = read(reply(config, points(bad, good, bad)), { memoryBudget });
  const { rows } = sink.channels[0];
  return {
    failure: report.failure,
    problems: report.problems,
    rows: rows.map(({ pulseId, present }) => [pulseId, present]),
    // What stands in the place of a bad value: zeros or empty texts, nothing else.
    empty: [...new Set([...rows[0].value, ...rows[2].value].map(Number))],
  };
}

/** The bad value is a row without a value, and counted; the good one is stored. */
function refused(problem: Partial<Problem>): unknown {
  return expect.objectContaining({
    failure: undefined,
    problems: [expect.objectContaining({ count: 2, first_pulse_id: 1, ...problem })],
    rows: [
      [1n, 0],
      [2n, 1],
      [3n, 0],
    ],
    empty: [0],
  });
}

const scalar = (type: string): string => `{"type":"${type}","shape":[1]}`;
const wave = (type: string): string => `{"type":"${type}","shape":[3]}`;

describe('values that a type can’t hold', () => {
  it.each([
    ['int8', '128', '127', 'out_of_range', '128 does not fit int8'],
    ['int8', '-129', '-128', 'out_of_range', undefined],
    ['uint8', '-1', '255', 'out_of_range', undefined],
    ['int16', '70000', '32767', 'out_of_range', '70000 does not fit int16'],
    ['uint16', '65536', '65535', 'out_of_range', undefined],
    ['int32', '2147483648', '-2147483648', 'out_of_range', undefined],
    ['uint32', '4294967296', '4294967295', 'out_of_range', undefined],
    ['int64', '9223372036854775808', '9223372036854775807', 'out_of_range', undefined],
    ['int64', '-9223372036854775809', '-9223372036854775808', 'out_of_range', undefined],
    ['int64', '1e19', '1e18', 'out_of_range', undefined],
    ['uint64', '18446744073709551616', '18446744073709551615', 'out_of_range', undefined],
    ['uint64', '-9007199254740993', '0', 'out_of_range', '-9007199254740993 does not fit uint64'],
    ['int32', '3.7', '3.0', 'not_whole', '3.7 does not fit int32'],
    ['int64', '0.5', '1e3', 'not_whole', undefined],
    ['int16', 'NaN', '1', 'not_finite', 'NaN does not fit int16'],
    ['int16', '"Infinity"', '1', 'not_finite', undefined],
    ['int16', '-Infinity', '1', 'not_finite', undefined],
    ['bool', '"false"', 'false', 'wrong_type', 'the text "false" does not fit bool'],
    ['bool', '2', '1', 'out_of_range', undefined],
    ['float64', '"12"', '12', 'wrong_type', undefined],
    ['float64', 'true', '1', 'wrong_type', 'true does not fit float64'],
    ['float64', '{"a":[1]}', '1', 'wrong_type', 'an object does not fit float64'],
    ['float64', 'null', '1', 'null_value', 'null does not fit float64'],
    ['float64', '[null]', '1', 'null_value', undefined],
    ['float64', '[1,2]', '1', 'wrong_length', '2 elements where 1 belong'],
    ['float64', '[]', '[1]', 'wrong_length', undefined],
    ['string', '12', '"12"', 'wrong_type', '12 is no text'],
    ['string', 'NaN', '"NaN"', 'wrong_type', 'NaN is no text'],
    ['string', 'true', '"true"', 'wrong_type', 'true is no text'],
    ['string', '{}', '"{}"', 'wrong_type', undefined],
    ['string', 'null', '"null"', 'null_value', undefined],
  ])('%s refuses %s and takes %s', (type, bad, good, code, example) => {
    const problem = { code, ...(example && { example }) };
    for (const budget of [undefined, 0]) {
      expect(readRefused(scalar(type), bad, good, budget)).toStrictEqual(refused(problem));
    }
  });

  it.each([
    ['one number for all', '5', 'wrong_length'],
    ['another length', '[1,2]', 'wrong_length'],
    ['another length', '[1,2,3,4]', 'wrong_length'],
    ['null', 'null', 'null_value'],
    ['a null inside', '[1,null,3]', 'null_value'],
    ['a number out of range inside', '[1,70000,3]', 'out_of_range'],
    ['a text', '"x"', 'wrong_type'],
  ])('a waveform refuses %s', (_what, bad, code) => {
    for (const good of ['[1,2,3]', '[[1],[2,3]]']) {
      expect(readRefused(wave('int16'), bad, good)).toStrictEqual(refused({ code }));
    }
  });

  it('an object inside a waveform is one element, wherever the reply is cut', () => {
    const text = reply(wave('int16'), points('[1,{"a":[2,3,{"b":[4,5]}]},3]', '[4,5,6]'));
    for (let at = 0; at < text.length; at++) {
      const { report, rows } = read(text, { cuts: [at] });
      expect(rows).toStrictEqual({ present: [0, 1], values: [0, 0, 0, 4, 5, 6] });
      expect(codes(report)).toStrictEqual({ wrong_type: 1 });
    }
  });

  it('a waveform of strings is all or nothing', () => {
    const result = readRefused(wave('string'), '["a",null,"c"]', '["a","b","c"]');
    expect(result).toStrictEqual(refused({ code: 'null_value' }));
  });

  it('a point without value, or with two, is empty', () => {
    const data = '{"pulseId":1},{"pulseId":2,"value":7,"value":8},{"pulseId":3,"value":9}';
    const { report, rows } = read(reply(scalar('int32'), data));
    expect(rows).toStrictEqual({ present: [0, 0, 1], values: [0, 0, 9] });
    expect(codes(report)).toMatchObject({ missing_value: 1, ambiguous_value: 1 });
  });

  it('a point’s own shape may not contradict the config, but may spell it otherwise', () => {
    const data = ['[2,3]', '[2,3,1]', '[3,2]', '[6]', '"x"', 'null']
      .map((shape, i) => `{"pulseId":${i},"shape":${shape},"value":[1,2,3,4,5,6]}`)
      .join();
    const { report, rows } = read(reply('{"type":"int8","shape":[2,3]}', data));
    expect(rows.present).toStrictEqual([1, 1, 0, 0, 0, 1]);
    expect(report.problems[1]).toStrictEqual({
      code: 'wrong_shape',
      count: 3,
      first_pulse_id: 2,
      example: '[3,2] where [2,3] belongs',
    });
    const scalars = '{"pulseId":1,"shape":[],"value":1},{"pulseId":2,"shape":[1],"value":[2]}';
    expect(read(reply(scalar('int8'), scalars)).rows.present).toStrictEqual([1, 1]);
  });

  it('only the first config rules; what can’t be stored after a change is counted', () => {
    const configs = `${wave('int16')},${wave('int16')},{"type":"float64","shape":[2]}`;
    const { report, rows } = read(
      reply(configs, points('[1,2,3]', '[4,5]', '[1.5,2,3]', '[7,8,9]')),
    );
    expect(rows.present).toStrictEqual([1, 0, 0, 1]);
    expect(codes(report)).toStrictEqual({ config_change: 1, wrong_length: 1, not_whole: 1 });
    expect(report.problems[0].example).toBe('float64 [2] after int16 [3]');
  });
});

describe('conversions', () => {
  it.each([
    [
      'float32',
      ['1e39', '-1e39', '0.1', '"NaN"', '16777217'],
      [Infinity, -Infinity, Math.fround(0.1), NaN, 16777216],
    ],
    ['float64', ['9007199254740993', 'NaN', '-0', '1e400'], [9007199254740992, NaN, -0, Infinity]],
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
      const { report, rows } = read(reply(scalar(type), points(...values)), {
        memoryBudget: budget,
      });
      expect(rows.values).toStrictEqual(stored);
      expect(rows.present).toStrictEqual(values.map(() => 1));
      expect(report.problems).toStrictEqual([]);
    }
  });

  it('a NUL ends a text, and what is no Unicode is replaced; both are stored and counted', () => {
    const { report, rows } = read(
      reply(scalar('string'), points('"a\\u0000b"', '"x\\ud800y"', '"fine"', '"\\u0000"')),
    );
    expect(rows).toStrictEqual({ present: [1, 1, 1, 1], values: ['a', 'x\ufffdy', 'fine', ''] });
    expect(codes(report)).toStrictEqual({ nul_in_text: 2, invalid_unicode: 1 });
  });

  it('a text of several MB is kept, a longer one is counted', () => {
    const long = 'é'.repeat(1_000_000);
    const endless = 'x'.repeat(5_000_000);
    const data = points(`"${long}"`, `"${endless}"`, '"z"');
    const { report, rows } = read(reply(scalar('string'), data), { cuts: [1, 500_000, 3_000_000] });
    expect(rows.values).toStrictEqual([long, '', 'z']);
    expect(codes(report)).toStrictEqual({ text_too_long: 1 });
  });
});

describe('dates and pulse ids', () => {
  it('a point without a readable date is present', () => {
    const data =
      '{"pulseId":1,"value":1},{"pulseId":2,"value":2,"globalDate":null},' +
      '{"pulseId":3,"value":3,"globalDate":"yesterday"},{"pulseId":4,"value":4,"globalDate":17}';
    const { report, sink } = read(reply(scalar('int8'), data));
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
      reply(scalar('int32'), data),
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

  it('repeated pulse ids are kept in order and counted, however far apart', () => {
    const ids = [5, 6, 6, 7, 5_000_000, 5, 2 ** 53];
    const data = ids.map((id) => `{"pulseId":${id},"value":${id}}`).join();
    const { report, rows } = read(reply(scalar('float64'), data));
    expect(rows.values).toStrictEqual(ids);
    expect(report.problems).toContainEqual({
      code: 'duplicate_pulse_id',
      count: 2,
      first_pulse_id: 6,
      example: undefined,
    });
  });
});

describe('channels that fail', () => {
  const good = `{"data":[${points('1')}],"configs":[${scalar('int8')}],"channel":{"name":"GOOD"}}`;
  const early = (config: string, name: string): string =>
    `{"configs":[${config}],"channel":{"name":${name}},"data":[${points('1', '2')}]}`;
  const late = (config: string, name: string): string =>
    `{"data":[${points('1', '2')}],"channel":{"name":${name}},"configs":[${config}]}`;

  it.each([
    ['an empty name', scalar('int8'), '""', 'invalid_name'],
    ['a slash', scalar('int8'), '"a/b"', 'invalid_name'],
    ['a NUL', scalar('int8'), '"a\\u0000b"', 'invalid_name'],
    ['a long name', scalar('int8'), `"${'é'.repeat(128)}"`, 'invalid_name'],
    ['no name', scalar('int8'), 'null', 'missing_name'],
    ['an unknown type', scalar('complex128'), '"A"', 'unknown_type'],
    ['a type that is no text', '{"type":5,"shape":[1]}', '"A"', 'unknown_type'],
    ['no type', '{"shape":[1]}', '"A"', 'missing_type'],
    ['no config', '', '"A"', 'missing_type'],
    ['a name that came before', scalar('int8'), '"GOOD"', 'repeated_channel'],
    ['an enormous shape', '{"type":"int8","shape":[100000,100000]}', '"A"', 'value_too_large'],
  ])('%s does not take the others with it', (_what, config, name, code) => {
    for (const channel of [early(config, name), late(config, name)]) {
      const sink = new RecordingSink();
      const after = good.replace('GOOD', 'AFTER');
      const { channels } = readReply(`[${good},${channel},${after}]`, sink);
      expect(channels.map(({ failure }) => failure?.code)).toStrictEqual([
        undefined,
        code,
        undefined,
      ]);
      expect(channels[1].rows).toBe(0);
      expect(channels[1].name.length).toBeLessThanOrEqual(256);
      expect(sink.channels.map(({ header }) => header.name)).toStrictEqual(['GOOD', 'AFTER']);
      expect(sink.values('AFTER')).toStrictEqual([1]);
    }
  });

  it('one that failed leaves its name to one that comes as it should', () => {
    const sink = new RecordingSink();
    const { channels } = readReply(`[${late(scalar('complex'), '"GOOD"')},${good}]`, sink);
    expect(channels.map(({ failure }) => failure?.code)).toStrictEqual(['unknown_type', undefined]);
    expect(sink.values('GOOD')).toStrictEqual([1]);
  });

  it('a name keeps every character, a byte order mark included', () => {
    const sink = new RecordingSink();
    readReply(`[${early(scalar('int8'), '"\ufeffA"')}]`, sink);
    expect(sink.channels.map(({ header }) => header.name)).toStrictEqual(['\ufeffA']);
  });

  it.each(['open', 'append'] as const)('the sink may refuse a channel at %s', (moment) => {
    const values = points(...Array<string>(9).fill('1'));
    const many = Array.from({ length: 40_000 }, (_, i) => `{"pulseId":${i},"value":1}`).join();
    for (const data of [values, many]) {
      for (const channel of [
        `{"configs":[${scalar('int8')}],"channel":{"name":"BAD"},"data":[${data}]}`,
        `{"data":[${data}],"configs":[${scalar('int8')}],"channel":{"name":"BAD"}}`,
      ]) {
        const sink = new RecordingSink({ BAD: moment });
        const { channels, rows } = readReply(`[${channel},${good}]`, sink);
        expect(channels[0]).toMatchObject({ rows: 0, failure: { code: 'not_storable' } });
        expect(sink.values('GOOD')).toStrictEqual([1]);
        expect(rows).toBe(1);
      }
    }
  });

  it('any other exception of the sink ends the reading', () => {
    const sink = {
      openChannel(): never {
        throw new Error('disk full');
      },
    };
    expect(() => readReply(`[${good}]`, sink)).toThrow('disk full');
  });

  it('an entry that is no channel is counted as one that failed', () => {
    const { channels } = readReply(`[null,[1],${good}]`, new RecordingSink());
    expect(channels.map(({ failure }) => failure?.code)).toStrictEqual([
      'invalid_channel',
      'invalid_channel',
      undefined,
    ]);
  });
});

describe('channels without', () => {
  it('data and type are float64 scalars without rows, and noted', () => {
    for (const configs of ['"configs":[]', '"configs":[{}]', '"configs":null', '"x":1']) {
      const { sink, report } = read(`[{"data":[],${configs},"channel":{"name":"A"}}]`);
      expect(sink.channels).toStrictEqual([
        { header: { name: 'A', type: 'float64', shape: [1] }, rows: [], closed: true },
      ]);
      expect(codes(report)).toMatchObject({ missing_type: 1 });
    }
  });

  it.each(['', '"data":null,', '"data":{"a":[]},', '"data":5,'])('a list of data: %j', (data) => {
    const { sink, report } = read(
      `[{${data}"configs":[${scalar('int8')}],"channel":{"name":"A"}}]`,
    );
    expect(sink.channels[0]).toMatchObject({ rows: [], closed: true });
    expect(codes(report)).toMatchObject({ missing_data: 1 });
  });

  it('a shape have that of their first point', () => {
    const shaped =
      '{"pulseId":1,"shape":[2,2],"value":[1,2,3,4]},{"pulseId":2,"shape":[4],"value":[1,2,3,4]}';
    const { sink, rows } = read(reply('{"type":"int8"}', shaped));
    expect(sink.channels[0].header.shape).toStrictEqual([2, 2]);
    expect(rows.present).toStrictEqual([1, 0]);
    const plain = read(reply('{"type":"int8","shape":null}', points('[1,2]', '[3]')));
    expect(plain.sink.channels[0].header.shape).toStrictEqual([2]);
    expect(plain.rows.present).toStrictEqual([1, 0]);
  });
});

/** Counts by code. */
function codes({ problems }: ChannelReport): Record<string, number> {
  return Object.fromEntries(problems.map(({ code, count }) => [code, count]));
}
