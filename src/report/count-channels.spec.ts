import { describe, expect, it } from 'vitest';
import { countChannels, countsOf, isIncomplete } from './count-channels.js';
import type { ChannelReport } from './channel-report.js';

const problem = { code: 'out_of_range', count: 1 };

function channel(name: string, more: Partial<ChannelReport> = {}): ChannelReport {
  return { name, rows: 1, problems: [], ...more };
}

const CHANNELS = [
  channel('WHOLE'),
  channel('ODD', { problems: [problem] }),
  channel('SHORT', { short: true }),
  channel('GONE', { failure: { code: 'missing', message: 'is not there' } }),
  channel('BAD', { problems: [problem], failure: { code: 'unknown_type', message: 'no type' } }),
  channel('OTHER', { problems: [problem] }),
  channel('', { failure: { code: 'missing_name', message: 'no name' } }),
];
const REPORT = { channels: CHANNELS, not_requested: ['OTHER'] };
const COUNTS = {
  channels_asked: 5,
  channels_written: 3,
  channels_missing: 1,
  channels_failed: 1,
  channels_with_problems: 1,
  channels_short: 1,
};

describe('the channels of a request', () => {
  it('are counted by what became of them, those left out that nobody asked for', () => {
    expect(countChannels(REPORT)).toEqual(COUNTS);
    expect(countChannels(REPORT, 6)).toEqual({ ...COUNTS, channels_asked: 6 });
  });

  it('are not counted where none is named', () => {
    expect(countChannels({ channels: [], not_requested: [] }, 2)).toEqual({ channels_asked: 2 });
    expect(countChannels({ channels: [], not_requested: [] })).toEqual({});
  });

  it('are counted for a writer that does not count them itself', () => {
    expect(countsOf(REPORT)).toEqual(COUNTS);
    expect(countsOf({ ...REPORT, ...COUNTS, channels_asked: 9 })).toMatchObject({
      channels_asked: 9,
    });
  });

  it.each([
    ['missing', { channels_missing: 1 }, true],
    ['failed', { channels_missing: 0, channels_failed: 1 }, true],
    ['short', { channels_missing: 0, channels_short: 1 }, true],
    ['only odd', { channels_missing: 0, channels_with_problems: 1 }, false],
    ['not known', {}, undefined],
  ])('make it incomplete when they are %s: %s', (_case, counts, incomplete) => {
    expect(isIncomplete(counts)).toBe(incomplete);
  });
});
