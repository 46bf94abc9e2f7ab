import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReply, RecordingSink } from './recording-sink.fixture.js';

const digits = (least: number, most: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`));

describe('what the kernel reads', () => {
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
