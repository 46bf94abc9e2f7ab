import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedReply } from '../errors.js';
import { JsonScanner } from './json-scanner.js';
import { KERNEL } from './tree.fixture.js';
import { NEED_BYTES } from './tokens.js';
import { isUnfinished } from './unfinished-point.js';

const POINTS = [
  '{"pulseId":21767262480,"shape":[1],"value":-1.25e-7,"globalDate":"2026-11-29T20:33:00.123456789+01:00"}',
  '{ "value" : [ 1.5 , -2, 0 ] ,\n"shape":[3], "globalDate":"", "pulseId" :0 }',
  '{"value":true,"a":false,"b":null,"c":"text"}',
];

function unfinished(text: string): boolean {
  // What lies behind the end is not looked at.
  const bytes = Buffer.from(`#${text}00}],"`);
  return isUnfinished(bytes, 1, 1 + Buffer.byteLength(text));
}

/** Whether the scanner finds the text to be JSON that goes on. */
function goesOn(text: string): boolean {
  const scanner = new JsonScanner(KERNEL);
  scanner.feed(Buffer.from(text), 0);
  try {
    while (scanner.next() !== NEED_BYTES);
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedReply);
    return false;
  }
  return !scanner.complete;
}

describe('a point that is not finished', () => {
  it.each(POINTS)('is one wherever it is cut: %s', (point) => {
    for (let end = 1; end < point.length; end++) {
      expect([end, unfinished(point.slice(0, end))]).toEqual([end, true]);
    }
    expect(unfinished(point)).toBe(false);
    expect(unfinished(`${point},`)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['no object', '[1'],
    ['an object in it', '{"value":{'],
    ['a list in a list', '{"value":[['],
    ['texts in a list', '{"value":["a"'],
    ['an empty list', '{"value":[]'],
    ['an escape', '{"globalDate":"\\'],
    ['letters that are not ASCII', '{"globalDate":"é'],
    ['more than a KiB', `{"globalDate":"${'x'.repeat(1024)}`],
  ])('is none to wait for: %s', (_, text) => {
    expect(unfinished(text)).toBe(false);
  });

  it('is never one that JSON does not allow', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat(2),
      fc.constantFrom('', ...'",:{}[]-+.0 1eEtfn\\\tx\0é'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...POINTS),
        fc.nat(),
        fc.array(edit, { maxLength: 3 }),
        (point, length, edits) => {
          let text = point.slice(0, length % point.length);
          for (const [at, gone, more] of edits) {
            const from = at % (text.length + 1);
            text = text.slice(0, from) + more + text.slice(from + gone);
          }
          expect([text, unfinished(text) && !goesOn(text)]).toEqual([text, false]);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
