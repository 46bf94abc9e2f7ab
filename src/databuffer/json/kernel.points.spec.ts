import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../test/support/tries.js';
import { readReply, RecordingSink } from './recording-sink.fixture.js';

const digits = (least: number, most: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`));

const dates = fc
  .tuple(
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc
          .nat(59)
          .map((second) => `2018-06-08T14:04:${String(second).padStart(2, '0')}`),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          '2018-06-08T14:04:60',
          '2018-06-08T14:04:61',
          '2018-06-08T14:04:7x',
          '2018-06-08T14:05:00',
          '1969-12-31T23:59:59',
        ),
      },
    ),
    fc.oneof({ weight: 5, arbitrary: digits(9, 9) }, { weight: 1, arbitrary: digits(1, 12) }),
    fc.constantFrom('+02:00', '+02:00', '+02:00', '+01:00', 'Z', '-0130'),
  )
  .map(([second, fraction, offset]) => `${second}.${fraction}${offset}`);
const values = fc.oneof(
  { weight: 5, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  { weight: 5, arbitrary: fc.integer().map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'true',
      'null',
      '"NaN"',
      '[7]',
      '[ -0.5 ]',
      '9007199254740993',
      '[]',
    ),
  },
);
const elements = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 3, maxLength: 3 });
/** Of a waveform of three. */
const waveforms = fc.oneof(
  { weight: 9, arbitrary: elements.map((list) => `[${list.map((n) => n / 1000).join()}]`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '[ 1 , 2,\n3 ]',
      '[1,2]',
      '[1,[2,3]]',
      '[[1,2,3]]',
      '[1,"NaN",3]',
      '[1,null,3]',
      '[1,{},3]',
      '[]',
      '1',
      'null',
      '"text"',
      '{"a":[1,2,3]}',
      '[1,2,3],"value":[1,2,3]',
      '[1,2,3],"shape":[3,1]',
      '[1,2,3],"pulseId":1003',
    ),
  },
);
/** Mostly one, be it the channel's or not. */
const shapesLike = (usual: string) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('[]', '[1,1]', '[3,1]', '["3"]', 'null', undefined, undefined),
    },
  );
/** Steps between pulse ids: mostly forward. */
const steps = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: 0 }) },
);
/** The part of a point that names its channel: usually the name, or nothing. */
const channels = fc
  .constantFrom('', ...Array.from({ length: 4 }, () => '"channel":"A-1:B"'))
  .chain((usual) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(usual) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '"channel":"é"',
          '"channel":"\\""',
          '"channel":null',
          '"channels":"A"',
        ),
      },
    ),
  );
/** Orders of keys: all points have the first one, or some have others. */
const orders = fc
  .shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 })
  .chain((usual) =>
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(usual) },
        { weight: 1, arbitrary: fc.shuffledSubarray(usual, { minLength: 5 }) },
      ),
      { minLength: 30, maxLength: 30 },
    ),
  );
/** Lists of points: the members of each, as JSON. */
const pointsOf = (values: fc.Arbitrary<string>, ...shapes: string[]) =>
  fc.tuple(fc.constantFrom(...shapes), orders).chain(([usual, orders]) =>
    fc
      .array(fc.tuple(steps, dates, values, shapesLike(usual), channels), { maxLength: 30 })
      .map((list) => {
        let pulseId = 1000;
        return list.map(([step, date, value, shape, channel], i) => {
          const members = [
            channel,
            `"pulseId":${(pulseId += step)}`,
            shape === undefined ? '' : `"shape":${shape}`,
            `"globalDate":"${date}"`,
            `"value":${value}`,
          ];
          return orders[i].map((n) => members[n]).filter((member) => member !== '');
        });
      }),
  );
const types = fc.constantFrom('float64', 'int16', 'bool');
/** A channel's points, and its config. */
const channelsOfPoints: fc.Arbitrary<[string[][], string]> = fc.oneof(
  fc.tuple(
    pointsOf(values, '[1]', '[2]'),
    types.map((type) => `{"type":"${type}","shape":[1]}`),
  ),
  fc.tuple(pointsOf(waveforms, '[3]', '[3,1]'), fc.constant('{"type":"float32","shape":[3]}')),
);

/** What pulse ids begin with, of which the last four digits are all that differs. */
const prefixes = fc.constantFrom('', '2176', '2176726', '217672624', '12345678901', '900719925474');

function replyOf(list: string[][], config: string, prefix = ''): string {
  const points = list.map((members) =>
    `{${members.join()}}`.replaceAll(/(?<="pulseId":)(?=\d{4})/g, prefix),
  );
  return `[{"configs":[${config}],"channel":{"name":"A"},"data":[${points.join()}]}]`;
}

/** What becomes of a reply, but for how long it is. */
function read(reply: string, cuts: number[] = [], prefix = '') {
  const sink = new RecordingSink();
  const range = { startPulseId: Number(`${prefix}1005`), endPulseId: Number(`${prefix}1040`) };
  try {
    const result = readReply(reply, sink, { cuts, expected: { channels: ['A'], range } });
    return { result: { ...result, bytes: 0 }, channels: sink.channels };
  } catch (error) {
    return { error };
  }
}

function everywhere({ length }: string): number[] {
  return Array.from({ length }, (_, i) => i);
}

describe('what the kernel reads of points', () => {
  it('is what is read token by token, when each point has something that it does not know', () => {
    fc.assert(
      fc.property(channelsOfPoints, prefixes, ([list, config], prefix) => {
        const unknown = list.map((members) => ['"more":{}', ...members, '"most":{}']);
        const [known, slow] = [list, unknown].map((each) =>
          read(replyOf(each, config, prefix), [], prefix),
        );
        expect(known).toStrictEqual(slow);
      }),
      { numRuns: casesOf(600) },
    );
  });

  it('is the same wherever the reply is cut, and whatever byte of it is another', () => {
    const another = fc.option(fc.tuple(fc.nat(), fc.constantFrom(...'",:{}[]-+.0 1e\\tx\0é')));
    fc.assert(
      fc.property(channelsOfPoints, another, fc.array(fc.nat(5000)), (channel, bent, cuts) => {
        let reply = replyOf(...channel);
        if (bent !== null) {
          const at = bent[0] % reply.length;
          reply = reply.slice(0, at) + bent[1] + reply.slice(at + 1);
        }
        const whole = read(reply);
        expect(read(reply, cuts)).toStrictEqual(whole);
        expect(read(reply, everywhere(reply))).toStrictEqual(whole);
      }),
      { numRuns: casesOf(400) },
    );
  });

  it.each(['01007', '1007x', '1007 8', '1007-', '1007e', '1007.'])(
    'is no pulse id and no shape that JSON does not allow: %s',
    (odd) => {
      const point = (id: string, shape: string) => [
        `"pulseId":${id}`,
        `"shape":[${shape}]`,
        '"globalDate":"2018-06-08T14:04:00Z"',
        '"value":1',
      ];
      const usual = point('1006', '1007');
      for (const other of [point(odd, '1007'), point('1007', odd)]) {
        const reply = replyOf([usual, other], '{"type":"float64","shape":[1007]}');
        expect(() => readReply(reply, new RecordingSink())).toThrow(/byte/);
      }
    },
  );

  it.each([
    ['first', '1677-09-21T00:12', ['44.0', '43.145224192', '43.145224191', '44.1']],
    ['last', '2262-04-11T23:47', ['15.0', '16.854775807', '16.854775808', '15.1']],
  ])('are no dates beyond the %s that an int64 holds', (_, minute, seconds) => {
    const list = seconds.map((second, i) => [
      `"pulseId":${1005 + i}`,
      `"globalDate":"${minute}:${second}Z"`,
      '"value":1',
    ]);
    const { result, channels } = read(replyOf(list, '{"type":"float64","shape":[1]}'));
    expect(channels?.[0].rows.map(({ timestamp }) => timestamp === 0n)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(result?.channels[0].problems).toMatchObject([{ code: 'invalid_global_date', count: 1 }]);
  });
});
