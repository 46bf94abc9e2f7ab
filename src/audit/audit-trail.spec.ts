import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WriteRequest } from '../request/write-request.js';
import { AuditTrailFailed } from './errors.js';
import { AuditTrail } from './audit-trail.js';
import { type TrailLine, readTrail } from './read-trail.js';
import { formatTrailLine } from './trail-line.js';

let folder: string;
let file: string;
let trail: AuditTrail;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trail-'));
  file = join(folder, 'deep', 'audit.log');
  trail = new AuditTrail(file);
});

afterEach(async () => {
  await trail.onApplicationShutdown();
  rmSync(folder, { recursive: true });
});

function request(id: string): WriteRequest {
  return { data_api_request: '{}', parameters: '{}', timestamp: 1529914272.5, request_id: id };
}

/** Lets a write to a file end early, as a full disk does. */
function limitFileSize(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${bytes}:`]);
}

function hasFileSizeLimit(): boolean {
  return spawnSync('prlimit', ['--version']).status === 0;
}

async function linesOf(path: string): Promise<TrailLine[]> {
  const lines: TrailLine[] = [];
  for await (const line of readTrail(path)) lines.push(line);
  return lines;
}

async function idsIn(path: string): Promise<(string | undefined)[]> {
  return (await linesOf(path)).map((line) => ('request' in line ? line.request.request_id : '?'));
}

describe('AuditTrail', () => {
  it('makes its folder and keeps what is there', async () => {
    await trail.onModuleInit();
    const recorded = await trail.append([request('a')]);
    await trail.onApplicationShutdown();
    const second = new AuditTrail(file);
    recorded.push(...(await second.append([request('b'), request('c')])));
    await second.onApplicationShutdown();
    expect(await idsIn(file)).toEqual(['a', 'b', 'c']);
    expect(readFileSync(file, 'utf8')).toBe(
      recorded.map((each) => `${formatTrailLine(each.request)}\n`).join(''),
    );
  });

  it('keeps lines whole and in order with many calls at once', async () => {
    const pairs = Array.from({ length: 40 }, (_, n) => [request(`${n}a`), request(`${n}b`)]);
    await Promise.all(pairs.map((pair) => trail.append(pair)));
    expect(await idsIn(file)).toEqual(pairs.flat().map(({ request_id }) => request_id));
  });

  it('starts on a line of its own behind one that a crash left unfinished', async () => {
    await trail.append([request('a')]);
    await trail.onApplicationShutdown();
    appendFileSync(file, '[20180625-101112] {"data_api');
    await trail.append([request('b')]);
    expect(await idsIn(file)).toEqual(['a', '?', 'b']);
  });

  it('begins a new file when its own was moved away', async () => {
    await trail.append([request('a')]);
    renameSync(file, `${file}.1`);
    await trail.append([request('b')]);
    expect(await idsIn(`${file}.1`)).toEqual(['a']);
    expect(await idsIn(file)).toEqual(['b']);
  });

  it('fails with reason and remedy, and works again when the cause is gone', async () => {
    mkdirSync(file, { recursive: true });
    await expect(trail.append([request('a')])).rejects.toThrow(AuditTrailFailed);
    await expect(trail.append([request('a')])).rejects.toThrow(/it is a folder.*--audit_file/);
    rmSync(file, { recursive: true });
    await trail.append([request('b')]);
    expect(await idsIn(file)).toEqual(['b']);
  });

  it.skipIf(!existsSync('/dev/full'))('fails when the disk is full', async () => {
    mkdirSync(join(folder, 'deep'));
    symlinkSync('/dev/full', file);
    await expect(trail.append([request('a')])).rejects.toMatchObject({
      code: 'audit_trail_failed',
      errno: 'ENOSPC',
    });
  });

  it.skipIf(!hasFileSizeLimit())('takes back the half that a full disk took', async () => {
    await trail.append([request('a')]);
    const whole = readFileSync(file, 'utf8');
    limitFileSize(1_000_000);
    try {
      const large = { ...request('c'), parameters: 'x'.repeat(1_000_000) };
      await expect(trail.append([request('b'), large])).rejects.toMatchObject({ errno: 'EFBIG' });
    } finally {
      limitFileSize('unlimited');
    }
    expect(readFileSync(file, 'utf8')).toBe(whole);
    await trail.append([request('d')]);
    expect(await idsIn(file)).toEqual(['a', 'd']);
  });

  it('knows whether a request is among the last ones recorded', async () => {
    await trail.append([request('a'), request('b')]);
    expect(await trail.recentlyRecorded(['b', 'x'])).toBe(true);
    expect(await trail.recentlyRecorded(['x'])).toBe(false);
  });
});

describe('readTrail', () => {
  it('reads trails of years ago, and reports damaged lines by number', async () => {
    mkdirSync(join(folder, 'deep'));
    const old =
      '[20180625-101112] {"data_api_request": "{}", "parameters": "{}", "timestamp": 1.5}';
    writeFileSync(file, `${old}\r\n\nnoise ${'x'.repeat(300)}\n${old}`);
    expect(await linesOf(file)).toEqual([
      expect.objectContaining({ lineNumber: 1, time: new Date(1500) }),
      {
        lineNumber: 3,
        offset: Buffer.byteLength(old) + 3,
        damaged: expect.stringContaining('does not start with a time'),
        text: `noise ${'x'.repeat(194)}`,
      },
      expect.objectContaining({ lineNumber: 4, time: new Date(1500) }),
    ]);
  });

  it('passes over a line without end in constant memory', async () => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(file, Buffer.alloc(82 * 1024 * 1024, 'x'));
    appendFileSync(file, `\n${formatTrailLine(request('a'))}\n`);
    expect(await linesOf(file)).toEqual([
      expect.objectContaining({ lineNumber: 1, damaged: expect.stringContaining('longer than') }),
      expect.objectContaining({ lineNumber: 2, request: request('a') }),
    ]);
  });

  it('reads the longest request that a call can carry', async () => {
    const channels = Array.from({ length: 50_000 }, (_, n) => `${n}`.padEnd(160, '"'));
    const data_api_request = JSON.stringify({ channels });
    const large = { ...request('a'), data_api_request, parameters: data_api_request };
    await trail.append([large, request('b')]);
    const [first, second] = await linesOf(file);
    expect(first).toMatchObject({ lineNumber: 1, request: { request_id: 'a' } });
    expect((first as { request: WriteRequest }).request.parameters).toBe(data_api_request);
    expect(second).toMatchObject({ lineNumber: 2, request: request('b') });
    expect(await trail.recentlyRecorded(['a'])).toBe(true);
  });

  it('reads what logrotate packed', async () => {
    mkdirSync(join(folder, 'deep'));
    const lines = ['a', 'b'].map((id) => `${formatTrailLine(request(id))}\n`);
    const packed = gzipSync(lines.join(''));
    writeFileSync(`${file}.1.gz`, packed);
    expect(await idsIn(`${file}.1.gz`)).toEqual(['a', 'b']);
    writeFileSync(`${file}.1.gz`, packed.subarray(0, -10));
    await expect(linesOf(`${file}.1.gz`)).rejects.toThrow('ends too early');
    await expect(linesOf(`${file}.2.gz`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('fails when there is no such file', async () => {
    await expect(linesOf(file)).rejects.toMatchObject({
      code: 'ENOENT',
      message: `${file} can't be read: it does not exist; look at its path, and whether logrotate moved or packed it`,
    });
  });
});
