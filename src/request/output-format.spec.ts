import { describe, expect, it } from 'vitest';
import { isCompact } from './output-format.js';

describe('isCompact', () => {
  it('takes compact by default and anything else as extended', () => {
    expect(isCompact({})).toBe(true);
    expect(isCompact({ output_file_format: 'compact' })).toBe(true);
    for (const output_file_format of [null, 'extended', 'COMPACT', 5, '']) {
      expect(isCompact({ output_file_format })).toBe(false);
    }
  });
});
