import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.js';

const NAMES = ['output_root', 'output_port', 'audit_file', 'audit_trail_only', 'line', 'data_wait'];

describe('didYouMean', () => {
  it.each([
    ['outptu_root', 'output_root'],
    ['output_rot', 'output_root'],
    ['lnie', 'line'],
    ['lin', 'line'],
    ['audit', 'audit_file or audit_trail_only'],
    ['data_wait_s', 'data_wait'],
  ])('has for %s %s', (name, expected) => {
    expect(didYouMean(name, NAMES)).toBe(`: did you mean ${expected}?`);
  });

  it.each(['unknown', 'speed', 'x', 'li', '', 'root'])('has nothing for %j', (name) => {
    expect(didYouMean(name, NAMES)).toBe('');
  });

  it('writes names as they are typed there', () => {
    expect(didYouMean('lnie', NAMES, (name) => `--${name}`)).toBe(': did you mean --line?');
  });
});
