import { describe, expect, it } from 'vitest';
import type { ChannelContents } from '../../hdf5/read/file-contents.js';
import { backendOf } from '../../request/channel.js';
import { checkContents } from './check-contents.js';

function channel(name: string, more: Partial<ChannelContents> = {}): ChannelContents {
  return {
    name,
    rows: 10,
    rows_without_point: 0,
    absent_values: 0,
    first_pulse_id: 100,
    last_pulse_id: 190,
    pulse_step: 10,
    missing_pulses: 0,
    duplicate_pulse_ids: 0,
    unordered_pulse_ids: 0,
    points_without_pulse_id: 0,
    problems: [],
    faults: [],
    ...more,
  };
}

const IN_DATA = { layout: 'data' } as const;

function request(names: string[], startPulseId = 100, endPulseId = 199) {
  return {
    channels: names.map((name) => ({ name, backend: backendOf(name) })),
    refusedChannels: [],
    layout: 'data' as const,
    pulseRange: { startPulseId, endPulseId },
  };
}

describe('checkContents', () => {
  it('has nothing to say of a file that has all', () => {
    const contents = { ...IN_DATA, attributes: { request_id: 'r' }, channels: [channel('A')] };
    expect(checkContents(contents, undefined)).toMatchObject({ complete: true, request_id: 'r' });
    expect(checkContents(contents, request(['A']))).toMatchObject({
      complete: true,
      channels: [{ range_covered: true }],
      findings: [],
    });
  });

  it.each<[string, Partial<ChannelContents>, string]>([
    ['missing points', { missing_pulses: 2 }, 'A has 2 points missing, at one in 10 pulses'],
    ['duplicates', { duplicate_pulse_ids: 1 }, 'A has 1 point with the pulse id of another point'],
    ['no order', { unordered_pulse_ids: 3 }, 'A has 3 points out of order'],
    ['absent values', { absent_values: 1 }, 'A has 1 point without a value'],
    ['a note of the writer', { problems: ['odd: 1 point'] }, 'A odd: 1 point'],
    ['no points', { first_pulse_id: undefined, last_pulse_id: undefined }, 'A has no points'],
    ['no columns', { faults: ['has no data'] }, 'A has no data'],
  ])('names %s', (_what, found, finding) => {
    const check = checkContents(
      { ...IN_DATA, attributes: {}, channels: [channel('A', found)] },
      undefined,
    );
    expect(check).toMatchObject({ complete: false, findings: [finding] });
  });

  it.each([
    [91, 199, true],
    [90, 199, false],
    [100, 200, false],
  ])('a step of 10 from 100 to 190 covers %d to %d: %s', (start, end, covered) => {
    const check = checkContents(
      { ...IN_DATA, attributes: {}, channels: [channel('A')] },
      request(['A'], start, end),
    );
    expect(check).toMatchObject({ complete: covered, channels: [{ range_covered: covered }] });
  });

  it.each([
    [200, 299, 10],
    [0, 99, 10],
    [300, 300, 1],
  ])('misses all points of %d to %d, where it has none: %d', (start, end, missing) => {
    const contents = {
      ...IN_DATA,
      attributes: {},
      channels: [channel('A', { missing_pulses: 3 })],
    };
    expect(checkContents(contents, request(['A'], start, end))).toMatchObject({
      channels: [{ range_covered: false, missing_in_range: missing }],
      findings: [
        `A has pulses 100 to 190, none of ${start} to ${end}`,
        'A has 3 points missing, at one in 10 pulses',
      ],
    });
  });

  const single = { rows: 1, first_pulse_id: 150, last_pulse_id: 150, pulse_step: undefined };

  it('takes a single point for one of a slow channel where another channel has two', () => {
    const contents = { ...IN_DATA, attributes: {}, channels: [channel('A'), channel('C', single)] };
    expect(checkContents(contents, request(['A', 'C']))).toMatchObject({
      complete: true,
      channels: [{ missing_in_range: 0 }, { range_covered: true }],
    });
    expect(checkContents(contents, request(['A', 'C'], 160, 199)).findings).toContain(
      'C has pulses 150 to 150, none of 160 to 199',
    );
  });

  it.each([
    [150, 150, true],
    [149, 150, false],
    [150, 151, false],
  ])('has a single point alone cover %d to %d: %s', (start, end, covered) => {
    const contents = { ...IN_DATA, attributes: {}, channels: [channel('A', single)] };
    const check = checkContents(contents, request(['A'], start, end));
    expect(check).toMatchObject({ complete: covered, channels: [{ range_covered: covered }] });
    const finding = `A has pulses 150 to 150 of ${start} to ${end}, and no channel has two points to tell its rate by`;
    expect(check.findings).toEqual(covered ? [] : [finding]);
  });

  it('takes the asked range from the file where there is no request', () => {
    const range = { start_pulse_id: 100, stop_pulse_id: 219 };
    const contents = { ...IN_DATA, attributes: range, channels: [channel('A')] };
    expect(checkContents(contents, undefined)).toMatchObject({
      complete: false,
      channels: [{ range_covered: false, missing_in_range: 2 }],
      findings: ['A has pulses 100 to 190 of 100 to 219: 2 points missing, at one in 10 pulses'],
    });
    expect(checkContents(contents, request(['A'])).complete).toBe(true);
  });

  it('compares channels with the request, else with what the writer missed', () => {
    const contents = {
      ...IN_DATA,
      attributes: { missing_channels: ['C'], failed_channels: ['D'] },
      channels: [channel('A'), channel('B')],
    };
    expect(checkContents(contents, request(['A', 'X']))).toMatchObject({
      complete: false,
      missing_channels: ['X'],
      not_requested: ['B'],
      findings: ['X is not in the file'],
    });
    expect(checkContents(contents, undefined).missing_channels).toEqual(['C', 'D']);
    expect(checkContents({ ...IN_DATA, attributes: {}, channels: [] }, undefined).complete).toBe(
      false,
    );
  });

  it('names channels in /data that were asked for at the root, and no others', () => {
    const inData = { ...IN_DATA, attributes: {}, channels: [channel('A')] };
    const atRoot = { ...inData, layout: 'root' as const };
    const forRoot = { ...request(['A']), layout: 'root' as const };
    expect(checkContents(inData, forRoot)).toMatchObject({
      complete: false,
      findings: [expect.stringMatching(/in \/data, not at the root.*audit replay --run/)],
    });
    expect(checkContents(atRoot, forRoot).complete).toBe(true);
    expect(checkContents(atRoot, request(['A'])).complete).toBe(true);
  });

  it('says why a channel failed, and which one is there in part', () => {
    const contents = {
      ...IN_DATA,
      attributes: {
        failed_channels: ['A', 'B'],
        failed_channels_reasons: ['repeated_channel: it came twice', 'bad_type: unknown'],
      },
      channels: [channel('A')],
    };
    const findings = [
      'B is not in the file: bad_type: unknown',
      'only a part of A is in the file: repeated_channel: it came twice',
    ];
    const check = { complete: false, missing_channels: ['B'], findings };
    expect(checkContents(contents, undefined)).toMatchObject(check);
    expect(checkContents(contents, request(['A', 'B']))).toMatchObject(check);
  });
});
