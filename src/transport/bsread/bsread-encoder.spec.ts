import { describe, expect, it } from 'vitest';
import type { ElementType } from '../../encoding/element-type.js';
import { encodeMessage } from './bsread-encoder.js';
import type { BsreadValue, ByteOrder } from './bsread-message.js';
import { UnencodableValue } from '../errors.js';

const TIME = { sec: 1529914272, ns: 100_000_000 };

describe('encodeMessage', () => {
  it('makes a write request byte by byte as the original does', () => {
    const frames = encodeMessage(3, TIME, [
      { name: 'data_api_request', type: 'string', value: '{"a":1}' },
      { name: 'parameters', type: 'string', value: '{"u":"é"}' },
      { name: 'timestamp', type: 'float64', value: 1.5 },
    ]);
    // The hash is md5sum's of the second frame.
    expect(frames.slice(0, 2).map(String)).toEqual([
      '{"htype":"bsr_m-1.1","pulse_id":3,"global_timestamp":{"sec":1529914272,"ns":100000000},"hash":"c9a382365fe01ef15c8a707cd6c2751d"}',
      '{"htype":"bsr_d-1.1","channels":[' +
        '{"name":"data_api_request","type":"string","shape":[1],"encoding":"little"},' +
        '{"name":"parameters","type":"string","shape":[1],"encoding":"little"},' +
        '{"name":"timestamp","type":"float64","shape":[1],"encoding":"little"}]}',
    ]);
    const time = 'a0a3305b0000000000e1f50500000000';
    expect(frames.slice(2).map((frame) => frame.toString('hex'))).toEqual([
      '7b2261223a317d',
      time,
      '7b2275223a22c3a9227d',
      time,
      '000000000000f83f',
      time,
    ]);
  });

  it.each<[ElementType, ByteOrder, BsreadValue, string]>([
    ['int8', 'little', -2, 'fe'],
    ['uint8', 'little', 254, 'fe'],
    ['int16', 'little', -2, 'feff'],
    ['int16', 'big', -2, 'fffe'],
    ['uint16', 'big', 258, '0102'],
    ['int32', 'little', 16909060, '04030201'],
    ['uint32', 'big', 4278255360, 'ff00ff00'],
    ['int64', 'little', -9007199254740993n, 'ffffffffffffdfff'],
    ['int64', 'big', 258, '0000000000000102'],
    ['uint64', 'big', 18446744073709551614n, 'fffffffffffffffe'],
    ['float32', 'little', 1.1, 'cdcc8c3f'],
    ['float32', 'big', 1e300, '7f800000'],
    ['float64', 'big', 1.5, '3ff8000000000000'],
    ['bool', 'little', true, '01'],
    ['bool', 'big', false, '00'],
    ['string', 'little', '\ufeffµ\u{1f600}', 'efbbbfc2b5f09f9880'],
  ])('writes %s, %s: %s', (type, encoding, value, hex) => {
    const frames = encodeMessage(0, TIME, [{ name: 'x', type, encoding, value }]);
    expect(frames[2].toString('hex')).toBe(hex);
    expect(frames[3].toString('hex')).toBe(
      encoding === 'big' ? '000000005b30a3a00000000005f5e100' : 'a0a3305b0000000000e1f50500000000',
    );
  });

  it('writes lists with their shape, and a missing value as two empty frames', () => {
    const frames = encodeMessage(0, TIME, [
      { name: 'image', type: 'uint16', shape: [3, 2], value: new Uint16Array([1, 2, 3, 4, 5, 6]) },
      { name: 'gone', type: 'float64', value: undefined },
    ]);
    expect(String(frames[1])).toContain('"shape":[3,2]');
    expect(frames[2].toString('hex')).toBe('010002000300040005000600');
    expect(frames.slice(4)).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
  });

  it.each<[ElementType, unknown]>([
    ['int8', 128],
    ['uint8', -1],
    ['int16', 3.7],
    ['uint64', -1n],
    ['int64', 2 ** 63],
    ['int64', 0.5],
    ['float64', '1'],
    ['float64', 1n],
    ['float64', [1, 2]],
    ['bool', 1],
    ['string', 1],
    ['int32', Number.NaN],
  ])('never bends a value to fit: %s, %s', (type, value) => {
    const channels = [{ name: 'x', type, value: value as BsreadValue }];
    expect(() => encodeMessage(0, TIME, channels)).toThrow(UnencodableValue);
    expect(() => encodeMessage(0, TIME, channels)).toThrow(/'x'.*type/);
  });
});
