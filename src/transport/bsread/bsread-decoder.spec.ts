import { describe, expect, it } from 'vitest';
import { decodeMessage } from './bsread-decoder.js';
import { oneChannel, rawFrames, TIME, writeRequestFrames } from './frames.fixture.js';

const NO_TIME = Buffer.alloc(0);
const hex = (text: string) => Buffer.from(text, 'hex');

function valueOf(channel: Record<string, unknown>, value: Buffer, time?: Buffer) {
  return decodeMessage(oneChannel({ name: 'x', ...channel }, value, time)).channels.get('x')?.value;
}

describe('decodeMessage', () => {
  it('reads a write request of an original broker', () => {
    const message = decodeMessage(writeRequestFrames());
    expect(message.pulseId).toBe(7);
    expect(message.globalTimestamp).toEqual({ sec: 1529914272, ns: 100 });
    expect([...message.channels.values()].map(({ name, value }) => [name, value])).toEqual([
      ['data_api_request', '{"channels":[]}'],
      ['parameters', '{"output_file":"/dev/null"}'],
      ['timestamp', 1.5],
    ]);
    expect(message.channels.get('timestamp')?.timestamp).toEqual({ sec: 1529914272, ns: 100 });
  });

  it('accepts epoch for sec, dh_compression none and a global timestamp left out', () => {
    const data = { htype: 'bsr_d-1.1', channels: [] };
    const epoch = rawFrames({ data, main: { global_timestamp: { epoch: 5, ns: 6 } } });
    expect(decodeMessage(epoch).globalTimestamp).toEqual({ sec: 5, ns: 6 });
    const none = rawFrames({ data, main: { global_timestamp: undefined, dh_compression: 'none' } });
    expect(decodeMessage(none).globalTimestamp).toBeUndefined();
  });

  it.each([
    ['int8', 'little', 'fe', -2],
    ['uint8', 'big', 'fe', 254],
    ['int16', 'big', 'fffe', -2],
    ['uint16', 'little', '0201', 258],
    ['int32', 'little', '04030201', 16909060],
    ['uint32', 'big', 'ff00ff00', 4278255360],
    ['int64', 'little', 'ffffffffffffdfff', -9007199254740993n],
    ['uint64', 'big', 'fffffffffffffffe', 18446744073709551614n],
    ['float32', 'big', '3f8ccccd', Math.fround(1.1)],
    ['float64', 'little', '000000000000f83f', 1.5],
    ['float64', 'big', '7ff8000000000000', Number.NaN],
    ['bool', 'little', '01', true],
    ['bool', 'big', '00', false],
    ['string', 'little', 'efbbbfc2b5f09f9880', '\ufeffµ\u{1f600}'],
  ])('reads %s, %s', (type, encoding, bytes, value) => {
    expect(valueOf({ type, encoding, shape: [1] }, hex(bytes))).toEqual(value);
  });

  it('takes float64, little and [1] for what a header leaves out', () => {
    expect(valueOf({}, hex('000000000000f83f'))).toBe(1.5);
  });

  it('reads lists and images, fastest dimension first', () => {
    const image = valueOf({ type: 'int16', shape: [3, 1], encoding: 'big' }, hex('00010002fffe'));
    expect(image).toEqual(new Int16Array([1, 2, -2]));
    expect(valueOf({ type: 'bool', shape: [2] }, hex('0001'))).toEqual([false, true]);
    expect(valueOf({ type: 'int16', shape: [] }, hex('0100'))).toBe(1);
    expect(valueOf({ type: 'int16', shape: [0] }, hex(''))).toEqual(new Int16Array());
  });

  it('tells a missing value from an empty text', () => {
    expect(valueOf({ type: 'float64', shape: [4] }, hex(''), NO_TIME)).toBeUndefined();
    expect(valueOf({ type: 'string' }, hex(''), NO_TIME)).toBeUndefined();
    expect(valueOf({ type: 'string' }, hex(''))).toBe('');
    const untimed = decodeMessage(oneChannel({ name: 'x', type: 'bool' }, hex('01'), NO_TIME));
    expect(untimed.channels.get('x')).toMatchObject({ value: true, timestamp: undefined });
  });

  it('unpacks bitshuffle-LZ4 in values and in the data header', () => {
    // Made with numpy's bit operations and liblz4.
    const packedHeader = Buffer.from(
      'AAAAAAAAAGUAAAgAAAAAYvBRUVALpZhDUEhQcbSCg32UmXushJUZNjpvSMAleEADSbACwWwDFUElWloJERki1KiJOXEK' +
        'gBoIOOGQdAAI/7////f/////r///ffgA/9hDeDjwUfzDAAAAAAAAAAAAAAAAZyJ9XX0=',
      'base64',
    );
    const frames = rawFrames({
      main: { dh_compression: 'bitshuffle_lz4' },
      dataFrame: packedHeader,
      values: [hex('00010002fffe'), TIME],
    });
    expect(decodeMessage(frames).channels.get('a')?.value).toEqual(new Int16Array([1, 2, -2]));
    const packedValue = Buffer.from('AAAAAAAAAAgAACAAAAAAAAAADEA=', 'base64');
    expect(valueOf({ compression: 'bitshuffle_lz4' }, packedValue)).toBe(3.5);
  });

  it('unpacks LZ4 behind its size in values and in the data header', () => {
    // Made with liblz4.
    const packedHeader = Buffer.from(
      'cAAAAPAXeyJodHlwZSI6ImJzcl9kLTEuMSIsImNoYW5uZWxzIjpbeyJuYW0gAENhIiwiKwCwaW50MTYiLCJzaGE7AOBb' +
        'MTJdLCJlbmNvZGluZ0sAIGlnRQDwBW9tcHJlc3Npb24iOiJsejQifV19',
      'base64',
    );
    const frames = rawFrames({
      main: { dh_compression: 'lz4' },
      dataFrame: packedHeader,
      values: [hex('180000002d00030200500300030003'), TIME],
    });
    expect(decodeMessage(frames).channels.get('a')?.value).toEqual(new Int16Array(12).fill(3));
    const text = { type: 'string', compression: 'lz4' };
    expect(valueOf(text, hex('500000002fc2b502003650b5c2b5c2b5'))).toBe('µ'.repeat(40));
    expect(valueOf(text, hex('0000000000'))).toBe('');
    expect(valueOf(text, hex('00000000'))).toBe('');
  });
});
