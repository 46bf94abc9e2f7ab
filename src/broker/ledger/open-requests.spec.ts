import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { openRequests } from './open-requests.js';
import { RecordedLines } from './recorded-lines.js';
import { TrailDamage } from './trail-damage.js';

const NOTES = {
  started: 0,
  sent: new Map<string, number>(),
  kept: new Map<string, boolean>(),
  carried: [],
  hello: undefined,
  doubted: new Set<string>(),
  healing: new Map(),
  deaths: new Map<string, number>(),
  isEmpty: false,
};

let folder: string;
let trail: string;
let lines: RecordedLines;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'open-'));
  trail = join(folder, 'audit.log');
  writeFileSync(trail, ['a', 'b', 'c'].map((id, n) => `${lineOf(id, n)}\n`).join(''));
  lines = await RecordedLines.open(trail);
});

afterEach(async () => {
  await lines.close();
  rmSync(folder, { recursive: true });
});

function lineOf(request_id: string, timestamp: number): string {
  const texts = { data_api_request: '{}', parameters: '{"output_file":"/a.h5"}' };
  return formatTrailLine({ ...texts, timestamp, request_id });
}

describe('open requests', () => {
  it('are found in the copy where the trail is cut off while it is read', async () => {
    const visit = lines.visit.bind(lines);
    vi.spyOn(lines, 'visit').mockImplementation((take) => {
      copyFileSync(trail, `${trail}.1`);
      truncateSync(trail);
      // What a broker records meanwhile.
      writeFileSync(trail, `${lineOf('d', 3)}\n`);
      return visit(take);
    });
    const { requests, moved } = await openRequests({
      trail,
      lines,
      notes: NOTES,
      isSettled: (id) => id === 'b',
      again: new Set(),
      healing: new Set(),
      damage: new TrailDamage(trail),
    });
    expect(requests.map(({ facts }) => facts.id)).toEqual(['a', 'c', 'd']);
    expect(moved.map((each) => each.read()?.request_id)).toEqual(['a', 'c']);
  });
});
