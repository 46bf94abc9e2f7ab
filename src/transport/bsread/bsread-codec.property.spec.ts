import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ElementType } from '../../encoding/element-type.js';
import { decodeMessage } from './bsread-decoder.js';
import { encodeMessage } from './bsread-encoder.js';
import { rawFrames } from './frames.fixture.js';
import { MalformedMessage } from '../errors.js';

describe('the codec', () => {
  const types: ElementType[] = ['int16', 'uint32', 'int64', 'float64', 'bool', 'string'];
  const json = fc.oneof(
    fc.json(),
    fc
      .record(
        {
          htype: fc.constantFrom('bsr_d-1.1', 'bsr_m-1.1', 5),
          channels: fc.array(
            fc.record(
              {
                name: fc.oneof(fc.string(), fc.constant('__proto__')),
                type: fc.oneof(fc.constantFrom(...types, 'nonsense'), fc.jsonValue()),
                shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 4 })), fc.jsonValue()),
                encoding: fc.oneof(fc.constantFrom('little', 'big'), fc.jsonValue()),
                compression: fc.constantFrom('none', 'lz4', 'bitshuffle_lz4', null),
              },
              { requiredKeys: [] },
            ),
            { maxLength: 3 },
          ),
        },
        { requiredKeys: [] },
      )
      .map((header) => JSON.stringify(header)),
  );
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
  const frame = fc.oneof(
    bytes,
    json.map((text) => Buffer.from(text)),
  );

  /** Undefined if the frames decode or are refused as they should be. */
  const surprise = (frames: Buffer[]): unknown => {
    try {
      decodeMessage(frames);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) return error;
    }
    return undefined;
  };

  it('any frames decode or are refused with the typed error', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), (frames) => {
        expect(surprise(frames)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('so do any data header and values behind a right main header', () => {
    fc.assert(
      fc.property(json, fc.array(bytes, { maxLength: 6 }), fc.jsonValue(), (text, values, dh) => {
        const main = dh === null ? {} : { dh_compression: dh };
        expect(surprise(rawFrames({ main, dataFrame: Buffer.from(text), values }))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('what is encoded is decoded the same', () => {
    const value = fc.oneof(
      fc.record({
        type: fc.constant<ElementType>('string'),
        value: fc.string({ unit: 'grapheme' }),
      }),
      fc.record({ type: fc.constant<ElementType>('float64'), value: fc.double() }),
      fc.record({
        type: fc.constant<ElementType>('int64'),
        value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      }),
      fc.record({ type: fc.constant<ElementType>('bool'), value: fc.boolean() }),
    );
    const channels = fc.uniqueArray(
      fc.tuple(fc.string(), value, fc.constantFrom('little' as const, 'big' as const)),
      { selector: ([name]) => name, maxLength: 5 },
    );
    fc.assert(
      fc.property(channels, fc.nat(), (list, pulseId) => {
        const sent = list.map(([name, { type, value }, encoding]) => ({
          name,
          type,
          value,
          encoding,
        }));
        const message = decodeMessage(encodeMessage(pulseId, { sec: 1, ns: 2 }, sent));
        expect(message.pulseId).toBe(pulseId);
        expect([...message.channels.values()]).toEqual(
          sent.map((channel) => ({ ...channel, shape: [1], timestamp: { sec: 1, ns: 2 } })),
        );
      }),
    );
  });
});
