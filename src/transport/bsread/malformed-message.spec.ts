import { describe, expect, it } from 'vitest';
import { decodeMessage } from './bsread-decoder.js';
import { oneChannel, rawFrames, TIME } from './frames.fixture.js';
import { MalformedMessage } from '../errors.js';

const NO_TIME = Buffer.alloc(0);
const hex = (text: string) => Buffer.from(text, 'hex');

function refusal(frames: Buffer[]): MalformedMessage {
  try {
    for (const { problem } of decodeMessage(frames).channels.values()) if (problem) return problem;
  } catch (error) {
    if (error instanceof MalformedMessage) return error;
    throw error;
  }
  throw new Error('the message was accepted');
}

describe('what is malformed, as a whole or in a channel', () => {
  const data = { htype: 'bsr_d-1.1', channels: [{ name: 'x' }] };
  const float = hex('000000000000f83f');
  const channel = (header: unknown) =>
    rawFrames({ data: { htype: 'bsr_d-1.1', channels: [header] }, values: [float, TIME] });
  const lz4 = (value: string, type = 'float64') =>
    oneChannel({ name: 'x', type, compression: 'lz4' }, hex(value));
  const main = (fields: Record<string, unknown>) =>
    rawFrames({ data, main: fields, values: [float, TIME] });

  it.each<[string, string, RegExp, Buffer[]]>([
    ['no frame', 'frame_count', /has 0 frames/, []],
    ['one frame', 'frame_count', /has 1 frames/, [Buffer.from('{}')]],
    [
      'a timestamp frame short',
      'frame_count',
      /has 3 frames, not 4/,
      rawFrames({ data, values: [float] }),
    ],
    [
      'a frame too many',
      'frame_count',
      /has 5 frames/,
      rawFrames({ data, values: [float, TIME, TIME] }),
    ],
    [
      'broken JSON',
      'bad_header',
      /main header is not JSON.*"{\\"ht"/,
      [Buffer.from('{"ht'), float],
    ],
    ['a main header that is a list', 'bad_header', /is a list of 2/, [Buffer.from('[1,2]'), float]],
    ['a main header that is null', 'bad_header', /is null/, [Buffer.from('null'), float]],
    ['another kind of main header', 'bad_header', /"xyz-9" as htype/, main({ htype: 'xyz-9' })],
    ['no hash', 'bad_header', /nothing as hash/, main({ hash: undefined })],
    ['a wrong hash', 'hash_mismatch', /not deadbeef/, main({ hash: 'deadbeef' })],
    ['no pulse id', 'bad_header', /nothing as pulse_id/, main({ pulse_id: undefined })],
    ['a zstd header', 'unsupported_compression', /"zstd"/, main({ dh_compression: 'zstd' })],
    [
      'a header said to be lz4',
      'bad_header',
      /unpacks to \d+ bytes/,
      main({ dh_compression: 'lz4' }),
    ],
    [
      'a header said to be packed',
      'bad_header',
      /unpacks to/,
      main({ dh_compression: 'bitshuffle_lz4' }),
    ],
    [
      'broken JSON in the data header',
      'bad_header',
      /data header is not/,
      rawFrames({ dataFrame: Buffer.from('{') }),
    ],
    ['no channel list', 'bad_header', /channels/, rawFrames({ data: { htype: 'bsr_d-1.1' } })],
    ['another kind of data header', 'bad_header', /htype/, rawFrames({ data: { channels: [] } })],
    ['a channel without name', 'bad_header', /channels\[0\]/, channel({ type: 'int8' })],
    ['a channel that is null', 'bad_header', /channels\[0\]/, channel(null)],
    ['an unknown type', 'unknown_type', /"complex"/, channel({ name: 'x', type: 'complex' })],
    ['a type that is no text', 'unknown_type', /7/, channel({ name: 'x', type: 7 })],
    [
      'an unknown byte order',
      'bad_header',
      /"middle" as encoding/,
      channel({ name: 'x', encoding: 'middle' }),
    ],
    ['a shape of text', 'bad_header', /shape/, channel({ name: 'x', shape: '[1]' })],
    ['a negative shape', 'bad_header', /shape/, channel({ name: 'x', shape: [-1] })],
    ['a shape of lists', 'bad_header', /shape/, channel({ name: 'x', shape: [[1], [2]] })],
    [
      'a shape of 40 dimensions',
      'bad_header',
      /shape/,
      channel({ name: 'x', shape: Array(40).fill(1) }),
    ],
    [
      'a huge shape',
      'bad_value',
      /8 bytes, not/,
      channel({ name: 'x', shape: Array(32).fill(2 ** 53 - 1) }),
    ],
    [
      'an endless shape times nothing',
      'bad_value',
      /NaN/,
      channel({ name: 'x', shape: [...Array(31).fill(2 ** 53 - 1), 0] }),
    ],
    [
      'a value too long',
      'bad_value',
      /channel "x" has 8 bytes, not 2/,
      channel({ name: 'x', type: 'int16' }),
    ],
    [
      'no value but a time',
      'bad_value',
      /has 0 bytes, not 8/,
      rawFrames({ data, values: [NO_TIME, TIME] }),
    ],
    [
      'half a timestamp',
      'bad_value',
      /timestamp of 8 bytes/,
      rawFrames({ data, values: [float, float] }),
    ],
    [
      'text that is no UTF-8',
      'bad_value',
      /UTF-8/,
      oneChannel({ name: 'x', type: 'string' }, hex('ff')),
    ],
    [
      'a zstd value',
      'unsupported_compression',
      /"zstd"; understood are none, lz4, bitshuffle_lz4/,
      channel({ name: 'x', compression: 'zstd' }),
    ],
    [
      'an lz4 value of another size',
      'bad_value',
      /unpacks to 7 bytes, not 8/,
      lz4('07000000708070605040302010'),
    ],
    ['an lz4 value without size', 'bad_value', /4-byte size/, lz4('0800')],
    ['an lz4 value that ends within a sequence', 'bad_value', /LZ4/, lz4('080000008000')],
    [
      'an lz4 text that promises too much',
      'bad_value',
      /can't unpack to 50000000/,
      lz4('80f0fa0200', 'string'),
    ],
    [
      'an lz4 text that promises 4 GiB',
      'bad_value',
      /4294967295 bytes, not 0 to/,
      lz4('ffffffff00', 'string'),
    ],
    [
      'a value said to be packed',
      'bad_value',
      /12-byte/,
      channel({ name: 'x', compression: 'bitshuffle_lz4' }),
    ],
    [
      'a name twice',
      'bad_header',
      /twice/,
      rawFrames({
        data: { htype: 'bsr_d-1.1', channels: [{ name: 'x' }, { name: 'x' }] },
        values: [float, TIME, float, TIME],
      }),
    ],
  ])('%s', (_, code, message, frames) => {
    const error = refusal(frames);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(400);
  });

  it('is refused in a few words, however large or deep', () => {
    const noise = Buffer.alloc(10 * 1024 * 1024, '[');
    const deep = Buffer.from(
      `{"htype":"bsr_d-1.1","channels":[{"name":"x","shape":${'['.repeat(200_000)}${']'.repeat(200_000)}}]}`,
    );
    for (const frames of [
      [noise],
      [noise, noise],
      rawFrames({ dataFrame: noise }),
      rawFrames({ dataFrame: Buffer.alloc(17 * 1024 * 1024) }),
      rawFrames({ dataFrame: deep, values: [float, TIME] }),
    ]) {
      expect(refusal(frames).message.length).toBeLessThan(400);
    }
  });
});
