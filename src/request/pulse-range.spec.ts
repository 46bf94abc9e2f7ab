import { describe, expect, it } from 'vitest';
import { InvalidPulseId } from './errors.js';
import { parsePulseId } from './pulse-range.js';

describe('parsePulseId', () => {
  it.each([
    ['0', 0],
    ['5721143344', 5721143344],
    ['007', 7],
    ['9007199254740992', 2 ** 53],
  ])('takes %s', (text, expected) => {
    expect(parsePulseId(text)).toBe(expected);
  });

  it.each([
    '',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    ' 1',
    'abc',
    '٣',
    '9007199254740993',
    '9'.repeat(400),
  ])('refuses %j and says what to give', (text) => {
    expect(() => parsePulseId(text, 'stop pulse id')).toThrow(InvalidPulseId);
    expect(() => parsePulseId(text, 'stop pulse id')).toThrow(/^stop pulse id .*integer from 0/);
  });
});
