import { describe, expect, it } from 'vitest';
import { withoutCredentials } from './url-credentials.js';

describe('withoutCredentials', () => {
  it.each([
    ['http://me:secret@host/query', 'http://***@host/query'],
    ['"HTTPS://secret@host" and tcp://a:b@c:1', '"HTTPS://***@host" and tcp://***@c:1'],
    ['http://me:p@ss@host', 'http://***@host'],
    ['http://host/a@b?c@d', 'http://host/a@b?c@d'],
    ['somebody@somewhere', 'somebody@somewhere'],
  ])('makes of %s %s', (text, expected) => {
    expect(withoutCredentials(text)).toBe(expected);
  });

  it.each(['a.', '://', '://a', 'a+@'])('takes a megabyte of %s in its stride', (part) => {
    const text = part.repeat(1_000_000 / part.length);
    expect(withoutCredentials(text)).toBe(text);
  });
});
