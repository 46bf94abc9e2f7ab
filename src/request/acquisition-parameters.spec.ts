import { describe, expect, it } from 'vitest';
import { parseParameters } from './acquisition-parameters.js';
import { InvalidParameters } from './errors.js';

const good = {
  'general/created': 'now',
  'general/user': 'Jörg Ø. 測定',
  'general/process': '',
  'general/instrument': 'SARES20',
  output_file: 'run.h5',
};

function problemsOf(body: unknown): Record<string, string> {
  try {
    parseParameters(body);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidParameters);
    const { problems } = error as InvalidParameters;
    for (const { field } of problems) expect((error as Error).message).toContain(field);
    return Object.fromEntries(problems.map(({ field, problem }) => [field, problem]));
  }
  return {};
}

describe('parseParameters', () => {
  it('returns what it was given, unknown keys included', () => {
    const body = { ...good, user_id: 10029, channels: null, further: [1, { deep: null }] };
    expect(parseParameters(body)).toBe(body);
  });

  it('names everything that is missing or of another type at once', () => {
    expect(problemsOf({ 'general/user': 5, output_file: '', channels: 'A', user_id: '7' })).toEqual(
      {
        'general/created': 'is missing: give a text',
        'general/user': 'must be a text',
        'general/process': 'is missing: give a text',
        'general/instrument': 'is missing: give a text',
        output_file: 'is empty: give the name of the file to write',
        channels: expect.stringContaining('must be a list'),
        user_id: 'must be an integer',
      },
    );
  });

  it.each([[[]], [null], ['text'], [5]])('refuses %j, which is no object', (body) => {
    expect(problemsOf(body)).toEqual({ 'the body': 'must be a JSON object' });
  });

  it('refuses channel names that no file can have, with their place', () => {
    const channels = ['A', '', 'a/b', 'a\0b', 'é'.repeat(128), '.'];
    expect(Object.keys(problemsOf({ ...good, channels }))).toEqual([
      'channels[1]',
      'channels[2]',
      'channels[3]',
      'channels[4]',
      'channels[5]',
    ]);
    expect(problemsOf({ ...good, channels: ['é'.repeat(127)] })).toEqual({});
  });

  it('takes names without the blanks and line ends around them', () => {
    const body = { ...good, channels: ['CH1\n', '\tA ', 'B\r\n', '\u00a0C\ufeff'] };
    expect(parseParameters(body)).toBe(body);
    const hundred = Array.from({ length: 100 }, (_, n) => `C${n}`);
    expect(problemsOf({ ...good, channels: [...hundred, ' C0\n'] })).toEqual({});
    expect(problemsOf({ ...good, channels: [' \n'] })).toEqual({
      'channels[0]': expect.stringContaining('is empty'),
    });
    const many = Array.from({ length: 50_001 }, (_, n) => ` C${n % 50_000}\n`);
    expect(problemsOf({ ...good, channels: many })).toEqual({});
  });

  it.each([
    ['A\nB', 'U+000A'],
    ['A\rB', 'U+000D'],
    ['A\tB', 'U+0009'],
    ['A\u001b[31mB', 'U+001B'],
    ['A\u007fB', 'U+007F'],
    ['A\u0085B', 'U+0085'],
    ['A\u2028B', 'U+2028'],
    ['A\u202eB', 'U+202E'],
    ['A\0B', 'U+0000'],
  ])('refuses the name %j for its control character', (name, code) => {
    expect(problemsOf({ ...good, channels: ['X', name] })).toEqual({
      'channels[1]': expect.stringContaining(`control character ${code}`),
    });
  });

  it('counts a name that is given twice once', () => {
    const most = Array.from({ length: 50_000 }, (_, n) => `C${n}`);
    expect(problemsOf({ ...good, channels: [...most, 'C0'] })).toEqual({});
    expect(problemsOf({ ...good, channels: [...most, 'C50000'] })).toEqual({
      channels: 'are 50001; at most 50000 are allowed in one acquisition',
    });
  });

  it('takes any cameras, and refuses an empty list', () => {
    const channels = ['A:FPICTURE', 'B:FPICTURE', 'C:FPICTURE'];
    expect(problemsOf({ ...good, channels })).toEqual({});
    expect(problemsOf({ ...good, channels: [] }).channels).toContain('is empty');
  });
});
