import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
/** Mostly one, be it the channel's or not. */
const shapesLike = (usual: string) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom('[]', '[1,1]', '[1,2]', 'null', undefined, undefined) },
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
const points = fc.tuple(fc.constantFrom('[1]', '[2]'), orders).chain(([usual, orders]) =>
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

function replyOf(list: string[][], type: string): string {
  const config = `"configs":[{"type":"${type}","shape":[1]}],"channel":{"name":"A"}`;
  return `[{${config},"data":[${list.map((members) => `{${members.join()}}`).join()}]}]`;
}

/** What becomes of a reply, but for how long it is. */
function read(reply: string, cuts: number[] = []) {
  const sink = new RecordingSink();
  const range = { startPulseId: 1005, endPulseId: 1040 };
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

describe('what the kernel reads', () => {
  it('is what is read token by token, when each point has something that it does not know', () => {
    fc.assert(
      fc.property(points, types, (list, type) => {
        const unknown = list.map((members) => [...members, '"more":{}']);
        expect(read(replyOf(list, type))).toStrictEqual(read(replyOf(unknown, type)));
      }),
      { numRuns: 400 },
    );
  });

  it('is the same wherever the reply is cut, and whatever byte of it is another', () => {
    const another = fc.option(fc.tuple(fc.nat(), fc.constantFrom(...'",:{}[]-+.0 1e\\tx\0é')));
    fc.assert(
      fc.property(points, types, another, fc.array(fc.nat(5000)), (list, type, bent, cuts) => {
        let reply = replyOf(list, type);
        if (bent !== null) {
          const at = bent[0] % reply.length;
          reply = reply.slice(0, at) + bent[1] + reply.slice(at + 1);
        }
        const whole = read(reply);
        expect(read(reply, cuts)).toStrictEqual(whole);
        expect(read(reply, everywhere(reply))).toStrictEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['first', '1677-09-21T00:12', ['44.0', '43.145224192', '43.145224191', '44.1']],
    ['last', '2262-04-11T23:47', ['15.0', '16.854775807', '16.854775808', '15.1']],
  ])('are no dates beyond the %s that an int64 holds', (_, minute, seconds) => {
    const list = seconds.map((second, i) => [
      `"pulseId":${1005 + i}`,
      `"globalDate":"${minute}:${second}Z"`,
      '"value":1',
    ]);
    const { result, channels } = read(replyOf(list, 'float64'));
    expect(channels?.[0].rows.map(({ timestamp }) => timestamp === 0n)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(result?.channels[0].problems).toMatchObject([{ code: 'invalid_global_date', count: 1 }]);
  });

  it('are the numbers of a list as Number() gives them', () => {
    const number = fc
      .tuple(fc.constantFrom('', '-'), digits(1, 9), fc.option(digits(1, 20)))
      .map(([sign, units, fraction]) => {
        const whole = units.replace(/^0+(?=.)/, '');
        return `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`;
      });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), (texts) => {
        const config = `"configs":[{"type":"float64","shape":[${texts.length}]}]`;
        const point = `{"pulseId":1,"globalDate":"x","value":[${texts.join(',')}]}`;
        const sink = new RecordingSink();
        readReply(`[{${config},"channel":{"name":"A"},"data":[${point}]}]`, sink);
        expect(sink.values('A')).toStrictEqual(texts.map(Number));
      }),
      { numRuns: 1000 },
    );
  });

  it('are whole numbers of a list where JSON.parse takes them, and none where it does not', () => {
    const whole = fc.oneof(
      { weight: 30, arbitrary: fc.integer({ min: 0, max: 70 }).map(String) },
      { weight: 10, arbitrary: fc.integer({ min: 0, max: 2 ** 31 }).map(String) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('-1', '1.5', ' 7', '8\n', '2e3', '123456789', '12345678901'),
      },
    );
    const none = fc.constantFrom('007', '00', '', '1x', '1:', '1/', '--1', '+1', '\u00b9');
    const list = fc.tuple(
      fc.array(whole, { minLength: 1, maxLength: 90 }),
      fc.option(none, { freq: 3 }),
      fc.nat(),
    );
    fc.assert(
      fc.property(list, ([texts, odd, at]) => {
        if (odd !== null) texts.splice(at % (texts.length + 1), 0, odd);
        const json = `[${texts.join(',')}]`;
        const config = `"configs":[{"type":"float64","shape":[${texts.length}]}]`;
        const point = `{"pulseId":1,"globalDate":"x","value":${json}}`;
        const reply = `[{${config},"channel":{"name":"A"},"data":[${point}]}]`;
        const sink = new RecordingSink();
        if (odd === null) {
          readReply(reply, sink);
          expect(sink.values('A')).toStrictEqual(JSON.parse(json));
        } else {
          expect(() => readReply(reply, sink)).toThrow(/byte/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('are elements of small types where each fits', () => {
    const types = {
      int8: [-128, 127],
      uint8: [0, 255],
      int16: [-32768, 32767],
      uint16: [0, 65535],
    };
    const list = fc
      .constantFrom<keyof typeof types>('int8', 'uint8', 'int16', 'uint16')
      .chain((type) => {
        const [min, max] = types[type];
        const fits = fc.integer({ min, max });
        const odd = fc.constantFrom(min - 1, max + 1, 0.5, 2 ** 32 + 1, 2 ** 64, -(2 ** 32));
        return fc.tuple(
          fc.constant(type),
          fc.array(fits, { minLength: 1, maxLength: 40 }),
          fc.option(odd),
          fc.nat(),
        );
      });
    fc.assert(
      fc.property(list, ([type, numbers, odd, at]) => {
        if (odd !== null) numbers[at % numbers.length] = odd;
        const config = `"configs":[{"type":"${type}","shape":[${numbers.length}]}]`;
        const point = `{"pulseId":1,"globalDate":"x","value":[${numbers.join(',')}]}`;
        const sink = new RecordingSink();
        readReply(`[{${config},"channel":{"name":"A"},"data":[${point}]}]`, sink);
        const expected = odd === null ? numbers : numbers.map(() => 0);
        expect(sink.values('A')).toStrictEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
