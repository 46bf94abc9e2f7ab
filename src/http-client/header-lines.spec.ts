import { describe, expect, it } from 'vitest';
import { headersIn } from './header-lines.js';

describe('headers in a text', () => {
  it('are its lines, without blanks, comments and blank lines', () => {
    const text = '# for the gateway\r\n\r\nAuthorization:Bearer a:b c \r\n  X-Lab : alvra\t\n\n';
    expect(headersIn(text)).toEqual({ Authorization: 'Bearer a:b c', 'X-Lab': 'alvra' });
  });

  it.each([
    ['', "it has no header: write 'Name: value'"],
    ['# nothing\n\n', "it has no header: write 'Name: value'"],
    ['\n\nBearer s3cret', "line 3 is no header: write 'Name: value'"],
    ['X Lab: s3cret', "line 1 is no header: write 'Name: value'"],
    [': s3cret', "line 1 is no header: write 'Name: value'"],
    ['Authorization:', 'line 1 has no value for Authorization: write it on the same line'],
    ['A: s3cret\u0000', 'line 1 has a value for A with other characters than printable ASCII'],
    ['A: s3crét', 'line 1 has a value for A with other characters than printable ASCII'],
    ['A: s3cret\rB: s3cret', 'line 1 has a value for A with other characters than printable ASCII'],
    ['A: s3cret\n\na: s3cret', 'lines 1 and 3 both have a: keep one of them'],
    ['Host: s3cret', 'line 1 has Host, which each call has of its own: take it out'],
    ['content-Length: 5', 'line 1 has content-Length, which each call has of its own: take it out'],
    [
      'Proxy-Authorization: s3cret',
      'line 1 has Proxy-Authorization: put user and password of a pr',
    ],
  ])('are refused, and no value is quoted: %j', (text, problem) => {
    expect(() => headersIn(text)).toThrow(problem);
    expect(() => headersIn(text)).not.toThrow('s3cr');
  });
});
