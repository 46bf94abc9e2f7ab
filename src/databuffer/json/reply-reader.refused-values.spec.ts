import { describe, expect, it } from 'vitest';
import type { Problem } from '../../report/channel-report.js';
import { BLOCK_BYTES } from '../blocks/block-memory.js';
import { codes, points, read, oneChannelReply, scalar, wave } from './one-channel.fixture.js';

const LARGE = BLOCK_BYTES / 8;

/** Reads a bad value, a good one and the bad one again. */
function readRefused(config: string, bad: string, good: string, memoryBudget?: number): unknown {
  const { report, sink } = read(oneChannelReply(config, points(bad, good, bad, good, good)), {
    memoryBudget,
  });
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
      [4n, 1],
      [5n, 1],
    ],
    empty: [0],
  });
}

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
    ['int64', '1e19', '1e18', 'out_of_range', undefined],
    [
      'uint64',
      '18446744073709551616',
      '18446744073709551615',
      'out_of_range',
      '18446744073709551616 does not fit uint64',
    ],
    [
      'uint64',
      '1.8446744073709552e19',
      '1.8446744073709551e19',
      'out_of_range',
      '1.8446744073709552e19 does not fit uint64',
    ],
    [
      'int64',
      '-9223372036854775809',
      '-9223372036854775808',
      'out_of_range',
      '-9223372036854775809 does not fit int64',
    ],
    [
      'int64',
      '9007199254740993.5',
      '9007199254740993',
      'not_whole',
      '9007199254740993.5 does not fit int64',
    ],
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
    ['string', '12', '"12"', 'wrong_type', '12 is not text'],
    ['string', '9007199254740993', '""', 'wrong_type', '9007199254740993 is not text'],
    ['string', '18446744073709551616', '""', 'wrong_type', '18446744073709551616 is not text'],
    ['string', 'NaN', '"NaN"', 'wrong_type', 'NaN is not text'],
    ['string', 'true', '"true"', 'wrong_type', 'true is not text'],
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

  it('a value as large as a block leaves nothing behind in those that are refused', () => {
    const good = JSON.stringify(Array.from({ length: LARGE }, () => 7));
    const { rows } = read(
      oneChannelReply(
        `{"type":"float64","shape":[${LARGE}]}`,
        points('null', good, '[1,2]', good, 'null'),
      ),
    );
    expect(rows.present).toEqual([0, 1, 0, 1, 0]);
    const wrong = rows.values.findIndex((value, i) => value !== 7 * (Math.floor(i / LARGE) % 2));
    expect(wrong).toBe(-1);
  });

  it('an object inside a waveform is one element, wherever the reply is cut', () => {
    const text = oneChannelReply(wave('int16'), points('[1,{"a":[2,3,{"b":[4,5]}]},3]', '[4,5,6]'));
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
    const { report, rows } = read(oneChannelReply(scalar('int32'), data));
    expect(rows).toStrictEqual({ present: [0, 0, 1], values: [0, 0, 9] });
    expect(codes(report)).toMatchObject({ missing_value: 1, ambiguous_value: 1 });
  });

  it('a point’s own shape may not contradict the config, but may spell it otherwise', () => {
    const data = ['[2,3]', '[2,3,1]', '[3,2]', '[6]', '"x"', 'null']
      .map((shape, i) => `{"pulseId":${i},"shape":${shape},"value":[1,2,3,4,5,6]}`)
      .join();
    const { report, rows } = read(oneChannelReply('{"type":"int8","shape":[2,3]}', data));
    expect(rows.present).toStrictEqual([1, 1, 0, 0, 0, 1]);
    expect(report.problems[1]).toStrictEqual({
      code: 'wrong_shape',
      count: 3,
      first_pulse_id: 2,
      example: '[3,2] where [2,3] belongs',
    });
    const scalars = '{"pulseId":1,"shape":[],"value":1},{"pulseId":2,"shape":[1],"value":[2]}';
    expect(read(oneChannelReply(scalar('int8'), scalars)).rows.present).toStrictEqual([1, 1]);
  });

  it('only the first config rules; what can’t be stored after a change is counted', () => {
    const configs = `${wave('int16')},${wave('int16')},{"type":"float64","shape":[2]}`;
    const { report, rows } = read(
      oneChannelReply(configs, points('[1,2,3]', '[4,5]', '[1.5,2,3]', '[7,8,9]')),
    );
    expect(rows.present).toStrictEqual([1, 0, 0, 1]);
    expect(codes(report)).toStrictEqual({ config_change: 1, wrong_length: 1, not_whole: 1 });
    expect(report.problems[0].example).toBe('float64 [2] after int16 [3]');
  });
});
