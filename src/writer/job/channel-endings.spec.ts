import { describe, expect, it } from 'vitest';
import type { ChannelDescription } from '../../databuffer/reply-result.js';
import { channelEndings } from './file-attributes.js';

const A = { name: 'A', rows: 1, problems: [] };

const endingOf = (description: ChannelDescription) =>
  channelEndings({ channels: [A], descriptions: new Map([['A', description]]) }).get('A')!;

describe('what a file gets of a channel at its end', () => {
  it('has its problems, its units and its description', () => {
    const problems = [{ code: 'null_value', count: 2, first_pulse_id: 7 }];
    const channels = [{ ...A, problems }];
    const descriptions = new Map([['A', { units: ' mm\n', description: 'a\0 motor' }]]);
    expect(channelEndings({ channels, descriptions }).get('A')).toEqual({
      attributes: { problems: ['null_value: 2 points, first at pulse 7'] },
      units: 'mm',
      description: 'a motor',
    });
  });

  it.each([{}, { units: '', description: ' \0 ' }])('has none that says nothing: %j', (nothing) => {
    expect(endingOf(nothing)).toEqual({ attributes: {} });
  });

  it('has texts of a sensible length, without half a character', () => {
    const { units, description } = endingOf({
      units: 'm'.repeat(101),
      description: `${'d'.repeat(998)}😀 and more`,
    });
    expect(units).toBe(`${'m'.repeat(99)}…`);
    expect(description).toBe(`${'d'.repeat(998)}…`);
    expect(endingOf({ units: 'm'.repeat(100) }).units).toHaveLength(100);
  });

  it('is that it is left out, whatever there is to say', () => {
    const descriptions = new Map([['A', { units: 'mm' }]]);
    const endings = channelEndings({ channels: [A], leftOut: new Set(['A']), descriptions });
    expect(endings.get('A')).toEqual({ isLeftOut: true });
  });
});
