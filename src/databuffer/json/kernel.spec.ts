import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../test/support/tries.js';
import { readReply, RecordingSink } from './recording-sink.fixture.js';

const digits = (least: number, most: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`));

describe('what the kernel reads', () => {
  /** Mostly decimals as of waveforms; of any other length, some with an exponent. */
  const numbers = fc
    .tuple(
      fc.constantFrom('', '', '-'),
      fc.oneof({ weight: 5, arbitrary: digits(1, 4) }, { weight: 1, arbitrary: digits(1, 15) }),
      fc.oneof(
        { weight: 5, arbitrary: digits(4, 8) },
        { weight: 2, arbitrary: digits(1, 20) },
        { weight: 1, arbitrary: fc.constantFrom(null, '000000000000000000000000012345') },
      ),
      fc.constantFrom('', '', '', '', '', '', '', '', '', 'e-7', 'E+3'),
    )
    .map(([sign, units, fraction, power]) => {
      const whole = units.replace(/^0+(?=.)/, '');
      return `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${power}`;
    })
    .filter((text) => Math.abs(Number(text)) < 2 ** 53);
  const replyWith = (texts: readonly string[], type = 'float64') => {
    const config = `"configs":[{"type":"${type}","shape":[${texts.length}]}]`;
    const point = `{"pulseId":1,"globalDate":"x","value":[${texts.join(',')}]}`;
    return `[{${config},"channel":{"name":"A"},"data":[${point}]}]`;
  };

  it('are the numbers of a list as Number() gives them', () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 40 }), (texts) => {
        const sink = new RecordingSink();
        readReply(replyWith(texts), sink);
        expect(sink.values('A')).toStrictEqual(texts.map(Number));
      }),
      { numRuns: casesOf(1000) },
    );
  });

  it('are the doubles of a list as they were written', () => {
    const double = fc.oneof(
      fc.double({ min: -1000, max: 1000, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(double, { minLength: 1, maxLength: 40 }), (list) => {
        const sink = new RecordingSink();
        readReply(replyWith(list.map(String)), sink);
        expect(sink.values('A')).toStrictEqual(list.map((each) => Number(String(each))));
      }),
      { numRuns: casesOf(1000) },
    );
  });

  it('are no numbers where JSON has none, wherever among others they stand', () => {
    const none = fc.constantFrom(
      ...['', '-', '.', '.5', '5.', '-.5', '-5.', '+1.5', '--1.5', '1.5-', '1-5', '1..5', '1.5.5'],
      ...['01', '01.5', '-00.5', '1.5e', '1.e5', '1.5x', '1:5', '1/5', '1.5\u00b9', '0x10', '1.2.'],
    );
    const others = fc.constantFrom('1.5', '-20.25', '7', '523.12345', '0.1234567890123456');
    fc.assert(
      fc.property(fc.array(others, { maxLength: 20 }), none, fc.nat(), (texts, odd, at) => {
        const place = at % (texts.length + 1);
        const list = [...texts.slice(0, place), odd, ...texts.slice(place)];
        fc.pre(list.length > 1 || odd !== '');
        expect(() => readReply(replyWith(list), new RecordingSink())).toThrow(/byte/);
      }),
      { numRuns: casesOf(1000) },
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
      fc.property(list, ([whole, odd, at]) => {
        const place = at % (whole.length + 1);
        const texts = odd === null ? whole : [...whole.slice(0, place), odd, ...whole.slice(place)];
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
      { numRuns: casesOf(1000) },
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
      { numRuns: casesOf(1000) },
    );
  });

  it('are the nearest elements of float32, between some that are not finite', () => {
    const double = fc.oneof(
      { weight: 20, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
      { weight: 20, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }).map(String) },
      { weight: 1, arbitrary: fc.constantFrom('NaN', '1e39', '-0.0', '-Infinity') },
    );
    fc.assert(
      fc.property(fc.array(double, { minLength: 1, maxLength: 20 }), (texts) => {
        const sink = new RecordingSink();
        readReply(replyWith(texts, 'float32'), sink);
        expect(sink.values('A')).toStrictEqual(texts.map((text) => Math.fround(Number(text))));
      }),
      { numRuns: casesOf(500) },
    );
  });
});
