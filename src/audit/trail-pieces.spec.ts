import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTrail } from './read-trail.js';
import { formatTrailLine } from './trail-line.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pieces-'));
  file = join(folder, 'audit.log');
});

afterEach(() => rmSync(folder, { recursive: true }));

// What a hostile name can hold of a trail's own form stands inside a text, with its quotes escaped.
const PARAMETERS = JSON.stringify({ output_file: 'ü[20180625-101112] {"data_api_request": "{}"}' });

function lineOf(request_id: string, further: object = {}): string {
  const texts = { data_api_request: '{}', parameters: PARAMETERS };
  return formatTrailLine({ ...texts, timestamp: 1529914272.5, request_id, ...further });
}

/** Ids of the requests, and the bytes that are damaged. */
async function read(content: Buffer | string) {
  writeFileSync(file, content);
  const ids: (string | undefined)[] = [];
  const damaged: [line: number, offset: number][] = [];
  for await (const line of readTrail(file)) {
    if (line.damaged === undefined) ids.push(line.request.request_id);
    else damaged.push([line.lineNumber, line.offset]);
  }
  return { ids, damaged };
}

describe('a damaged trail', () => {
  it('has both requests of a line whose end was lost', async () => {
    const text = `${lineOf('a')}\n${lineOf('b')}${lineOf('c')}\n${lineOf('d')}`;
    expect(await read(text)).toEqual({ ids: ['a', 'b', 'c', 'd'], damaged: [] });
    const glued: (number | undefined)[] = [];
    for await (const line of readTrail(file)) {
      if (line.damaged === undefined) glued.push(line.gluedAt);
    }
    const third = text.indexOf(lineOf('c'));
    expect(glued).toEqual([undefined, undefined, third, undefined]);
  });

  it('has all that 512 bytes of zeros do not lie on, wherever they lie', async () => {
    const lines = Array.from({ length: 9 }, (_, n) => lineOf(`${n}`, { filler: 'x'.repeat(400) }));
    const whole = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const length = lines[0].length + 1;
    for (let offset = 0; offset < 3 * length; offset += 37) {
      const content = Buffer.from(whole);
      content.fill(0, offset, offset + 512);
      const { ids, damaged } = await read(content);
      const touched = (n: number) => offset < (n + 1) * length - 1 && n * length < offset + 512;
      const untouched = lines.map((_, n) => n).filter((n) => !touched(n));
      expect(ids).toEqual(untouched.map(String));
      expect(damaged.length).toBeGreaterThan(0);
      for (const [, at] of damaged) expect(at).toBeLessThanOrEqual(offset + 512);
    }
  });

  it.each([
    ['zeros were put between two', '\0'.repeat(512)],
    ['noise was put between two', 'noise'],
    ['half of one is there', lineOf('x').slice(0, 100)],
  ])('has the requests around what is damaged: %s', async (_what, noise) => {
    const first = `${lineOf('a')}\n`;
    expect(await read(`${first}${noise}${lineOf('b')}\n${lineOf('c')}\n`)).toEqual({
      ids: ['a', 'b', 'c'],
      damaged: [[2, first.length]],
    });
    expect(await read(`${first}${lineOf('b')}${noise}\n${lineOf('c')}\n`)).toEqual({
      ids: ['a', 'b', 'c'],
      damaged: [[2, first.length + lineOf('b').length]],
    });
  });

  it('tells bytes, not characters', async () => {
    expect(await read(Buffer.from([0xff, 0xfe, 0x0a, 0x78, 0x0a]))).toEqual({
      ids: [],
      damaged: [
        [1, 0],
        [2, 3],
      ],
    });
  });
});
