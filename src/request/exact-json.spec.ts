import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactJson, exactJsonInOrder, parseExactJson, plainNumber } from './exact-json.js';

describe('exact JSON', () => {
  it.each([
    '9007199254740993',
    '1e400',
    '1.0',
    '-0',
    '0.10',
    '1E5',
    '123456789012345678901234567890',
  ])('keeps %s as it came', (number) => {
    const text = `{"a":[${number}]}`;
    expect(exactJson(parseExactJson(text) as object)).toBe(text);
  });

  it('keeps a number whatever stands around it', () => {
    const texts = ['9007199254740993', String.raw`\" 1.0 \\`, '{"x": 1e400}'];
    const text = ` {\n "a" : [ 2, ${texts.map((each) => JSON.stringify(each)).join(' , ')} ],"b":\t1.0}`;
    expect(exactJson(parseExactJson(text) as object)).toBe(
      `{"a":${JSON.stringify([2, ...texts])},"b":1.0}`,
    );
    const plain = text.replace('1.0}', '1}');
    expect(parseExactJson(plain)).toEqual({ a: [2, ...texts], b: 1 });
  });

  it('has plain numbers where JavaScript keeps them', () => {
    expect(parseExactJson('[0, 1, -5, 0.1, 1e+21, 9007199254740992]')).toEqual([
      0, 1, -5, 0.1, 1e21, 9007199254740992,
    ]);
    const kept = parseExactJson('[1.0, 1E2, "1.0", null, 7]') as unknown[];
    expect(kept.map(plainNumber)).toEqual([1, 100, '1.0', null, 7]);
  });

  it('is what JSON.parse and JSON.stringify make of everything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const plain = JSON.parse(text) as object;
        expect(exactJson([plain])).toBe(JSON.stringify([plain]));
      }),
    );
  });

  it.each([
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1},"toString":5,"isLosslessNumber":true}',
    '{"a":{"value":"7","isLosslessNumber":true}}',
    String.raw`["\ud800","\u2028"]`,
  ])('takes %s for nothing else than JSON.parse does', (text) => {
    const plain = JSON.stringify(JSON.parse(text));
    expect(exactJson(parseExactJson(text) as object)).toBe(plain);
  });

  it('leaves out what is undefined', () => {
    expect(exactJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });
});

describe('exactJsonInOrder', () => {
  it('has one text for equal values, numbers as they came', () => {
    const one = parseExactJson(
      '{"b": [1.0, {"y": 1, "x": 2}], "a": "t", "__proto__": 9007199254740993}',
    );
    const other = parseExactJson(
      '{"__proto__": 9007199254740993, "a": "t", "b": [1.0, {"x": 2, "y": 1}]}',
    );
    expect(exactJsonInOrder(one)).toBe(exactJsonInOrder(other));
    expect(exactJsonInOrder(one)).toBe(
      '{"__proto__":9007199254740993,"a":"t","b":[1.0,{"x":2,"y":1}]}',
    );
  });

  it.each([
    ['{"a": 1}', '{"a": 1.0}'],
    ['[1, 2]', '[2, 1]'],
    ['{"a": null}', '{}'],
  ])('tells %s from %s', (one, other) => {
    expect(exactJsonInOrder(parseExactJson(one))).not.toBe(exactJsonInOrder(parseExactJson(other)));
  });
});
