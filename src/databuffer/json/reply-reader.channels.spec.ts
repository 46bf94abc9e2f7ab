import { describe, expect, it } from 'vitest';
import { codes, points, read, oneChannelReply, scalar } from './one-channel.fixture.js';
import { readReply, RecordingSink } from './recording-sink.fixture.js';

describe('channels that fail', () => {
  const good = `{"data":[${points('1')}],"configs":[${scalar('int8')}],"channel":{"name":"GOOD"}}`;
  // The second value says nothing of the shape.
  const early = (config: string, name: string, value = '1'): string =>
    `{"configs":[${config}],"channel":{"name":${name}},"data":[${points(value, 'null')}]}`;
  const late = (config: string, name: string, value = '1'): string =>
    `{"data":[${points(value, 'null')}],"channel":{"name":${name}},"configs":[${config}]}`;

  const beyondTimesZero = `{"type":"int8","shape":[${'9007199254740991,'.repeat(31)}0]}`;

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
    ['an enormous shape', '{"type":"int8","shape":[100000,100000]}', '"A"', 'value_too_large'],
    ['too many texts', '{"type":"string","shape":[1024,1025]}', '"A"', 'value_too_large'],
    ['a shape beyond all numbers, times 0', beyondTimesZero, '"A"', 'value_too_large'],
  ])('%s does not take the others with it', (_what, config, name, code) => {
    const value = code === 'value_too_large' ? 'null' : '1';
    for (const channel of [early(config, name, value), late(config, name, value)]) {
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
    expect(channels).toMatchObject([{ name: 'GOOD', rows: 1, failure: { code: 'unknown_type' } }]);
    expect(sink.values('GOOD')).toStrictEqual([1]);
  });

  it.each([
    ['the same', good, 2, undefined, [1, 1]],
    [
      'an empty piece',
      late('', '"GOOD"').replace(/"data":\[.*?\],?/, '"data":[],'),
      1,
      undefined,
      [1],
    ],
    ['another type', early(scalar('int16'), '"GOOD"'), 1, 'repeated_channel', [1]],
  ])('one that comes again as %s has one report', (_what, again, rows, code, values) => {
    const sink = new RecordingSink();
    const after = good.replace('GOOD', 'AFTER');
    const { channels } = readReply(`[${good},${after},${again}]`, sink);
    expect(channels.map(({ name, failure }) => [name, failure?.code])).toStrictEqual([
      ['GOOD', code],
      ['AFTER', undefined],
    ]);
    expect(channels[0].rows).toBe(rows);
    expect(sink.values('GOOD')).toStrictEqual(values);
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
      headerOf: () => undefined,
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
    const { sink, rows } = read(oneChannelReply('{"type":"int8"}', shaped));
    expect(sink.channels[0].header.shape).toStrictEqual([2, 2]);
    expect(rows.present).toStrictEqual([1, 0]);
    const plain = read(oneChannelReply('{"type":"int8","shape":null}', points('[1,2]', '[3]')));
    expect(plain.sink.channels[0].header.shape).toStrictEqual([2]);
    expect(plain.rows.present).toStrictEqual([1, 0]);
  });
});

it('a reply may have twelve thousand channels', () => {
  const channels = Array.from({ length: 12_000 }, (_, n) => `C${n}`);
  const of = (name: string) =>
    `{"channel":{"name":"${name}"},"configs":[${scalar('int8')}],"data":[${points('1')}]}`;
  const result = readReply(`[${channels.map(of).join()}]`, new RecordingSink(), {
    expected: { channels },
  });
  expect(result).toMatchObject({ rows: 12_000, missing: [] });
});
