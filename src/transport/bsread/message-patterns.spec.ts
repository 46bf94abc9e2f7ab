import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from './bsread-decoder.js';
import { type ChannelToSend, encodeMessage } from './bsread-encoder.js';
import { type DeclaredPatterns, MessagePatterns } from './message-patterns.js';

const TIME = { sec: 1, ns: 0 };
const PATTERNS: DeclaredPatterns = {
  frame: { pulse: 'int64', image: 'uint16[]' },
  note: { text: 'string', urgent: 'bool' },
};

/** What arrives of an event, at somebody who knows the same patterns. */
function arrived(pattern: string, data: unknown, patterns = new MessagePatterns(PATTERNS)) {
  return received(patterns.channelsOf(pattern, data), patterns);
}

function received(channels: ChannelToSend[], patterns = new MessagePatterns(PATTERNS)) {
  const message = decodeMessage(encodeMessage(0, TIME, channels));
  const pattern = patterns.patternOf(message);
  return { pattern, data: pattern === undefined ? undefined : patterns.dataOf(pattern, message) };
}

describe('MessagePatterns', () => {
  it.each([
    ['frame', { pulse: 12, image: [0, 65535] }, {}],
    ['frame', { pulse: 2n ** 63n - 1n, image: [] }, { pulse: '9223372036854775807' }],
    ['note', { text: 'é', urgent: false, further: 1.5, tag: 'x', dark: true }, {}],
  ])('carries the fields of a declared pattern as channels: %s %o', (pattern, data, otherwise) => {
    const sent: object = { ...data, gone: undefined };
    expect(arrived(pattern, sent)).toEqual({ pattern, data: { ...data, ...otherwise } });
  });

  it.each([Uint16Array.of(7), [7]])('keeps a list of one value a list', (image) => {
    expect(arrived('frame', { pulse: 1n, image }).data).toEqual({ pulse: 1, image: [7] });
  });

  it('carries whatever JSON can hold with any other pattern', () => {
    const anything = fc.property(fc.string(), fc.jsonValue(), (pattern, data) => {
      const patterns = new MessagePatterns({ known: { a: 'int32', b: 'int32' } });
      expect(arrived(pattern === 'known' ? 'other' : pattern, data, patterns).data).toEqual(
        JSON.parse(JSON.stringify(data)),
      );
    });
    fc.assert(anything);
    expect(arrived('{"cmd":"x"}', { a: [null] })).toEqual({
      pattern: '{"cmd":"x"}',
      data: { a: [null] },
    });
  });

  it.each([
    ['a field too much', { pulse: 1, image: [], list: [1] }, 'list'],
    ['a field that is missing', { pulse: 1 }, 'image'],
    ['one value for a list', { pulse: 1, image: 3 }, 'image'],
    ['a text for a list', { pulse: 1, image: '12' }, 'image'],
    ['a value beyond its type', { pulse: 1, image: [65536] }, 'image'],
    ['a list for one value', { pulse: [1, 2], image: [] }, 'pulse'],
    ['no fields', 'text', 'pulse'],
  ])('refuses to send %s', (_what, data, channel) => {
    const patterns = new MessagePatterns(PATTERNS);
    expect(() => encodeMessage(0, TIME, patterns.channelsOf('frame', data))).toThrow(
      expect.objectContaining({ code: 'unencodable_value', channel }) as Error,
    );
  });

  it('refuses to send what would be taken for a message of another pattern', () => {
    const patterns = new MessagePatterns({ ...PATTERNS, alone: { only: 'string' } });
    const frameInNote = { text: '', urgent: true, pulse: 1 };
    expect(() => patterns.channelsOf('only', {})).toThrow(
      "'only' can't be sent with the channels only: it would be taken for 'alone', which has them. Rename one.",
    );
    expect(arrived('note', frameInNote, patterns).pattern).toBe('note');
    expect(() => patterns.channelsOf('note', { ...frameInNote, only: '' })).not.toThrow();
    expect(() => patterns.channelsOf('alone', { only: '', ...frameInNote })).toThrow(
      expect.objectContaining({ code: 'ambiguous_message', takenFor: 'note' }) as Error,
    );
  });

  it.each([
    [{ a: {} }, "The pattern 'a' can't be told by its channels: it has no channels."],
    [
      { a: { x: 'int8' }, b: { y: 'int8', x: 'string' } },
      "The pattern 'a' can't be told by its channels: 'b' has all of its channels.",
    ],
  ] as [DeclaredPatterns, string][])(
    'refuses patterns that nobody could tell apart',
    (patterns, message) => {
      expect(() => new MessagePatterns(patterns)).toThrow(message);
    },
  );

  it.each([
    ['no channel', []],
    ['two channels', ['a', 'b'].map((name) => ({ name, type: 'string', value: '1' }) as const)],
    ['a channel of another type', [{ name: 'a', type: 'int8', value: 1 } as const]],
  ])('knows no pattern for a message with %s', (_what, channels) => {
    expect(received(channels).pattern).toBeUndefined();
  });

  it.each([
    ['{', '"{"'],
    [undefined, 'nothing'],
  ])('rejects a message whose only channel holds %s', (value, found) => {
    expect(() => received([{ name: 'a', type: 'string', value }])).toThrow(
      `Not understood: channel "a" has ${found}, where JSON is expected.`,
    );
  });
});
