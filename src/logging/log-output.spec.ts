import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogOutput } from './log-output.js';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const LINE = `${'x'.repeat(999)}\n`;
const MIB = 1024 * 1024;

let folder: string;
let path: string;
let outputs: LogOutput[];
let open: number[];
let lost: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  path = join(folder, 'log');
  [outputs, open, lost] = [[], [], []];
});

afterEach(() => {
  for (const output of outputs) output.close();
  for (const fd of open) closeSync(fd);
  rmSync(folder, { recursive: true });
});

function opened(file: string, flags: number | string): number {
  const fd = openSync(file, flags);
  open.push(fd);
  return fd;
}

function outputTo(fd: number): LogOutput {
  const output = new LogOutput(fd, (lines) => {
    lost.push(lines);
    output.write(`${lines} lines were lost\n`);
  });
  outputs.push(output);
  return output;
}

/** Both ends of a pipe. */
function pipe(): { reader: number; writer: number } {
  execFileSync('mkfifo', [path]);
  const reader = opened(path, O_RDONLY | O_NONBLOCK);
  return { reader, writer: opened(path, O_WRONLY | O_NONBLOCK) };
}

/** The bytes in a pipe. */
function readAll(fd: number): string {
  const chunk = Buffer.alloc(MIB);
  let text = '';
  try {
    for (let bytes = -1; bytes !== 0;) {
      bytes = readSync(fd, chunk);
      text += chunk.toString('utf8', 0, bytes);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return text;
}

describe('LogOutput', () => {
  it('writes lines in order, to a file and to a pipe', async () => {
    const { reader, writer } = pipe();
    const file = join(folder, 'file');
    const outputs = [outputTo(writer), outputTo(opened(file, 'w'))];
    for (const output of outputs) for (const n of [1, 2, 3]) output.write(`line ${n}\n`);
    expect(readAll(reader)).toBe('line 1\nline 2\nline 3\n');
    await expect.poll(() => readFileSync(file, 'utf8')).toBe('line 1\nline 2\nline 3\n');
  });

  it('does not wait for a reader, keeps what finds room, and tells what was lost', async () => {
    const { reader, writer } = pipe();
    const output = outputTo(writer);
    const lines = 5000;
    for (let n = 0; n < lines; n++) output.write(LINE);
    const kept = lines - output.linesLost;
    expect(kept * LINE.length).toBeLessThan(MIB + 128 * 1024);
    expect(kept * LINE.length).toBeGreaterThanOrEqual(MIB);
    expect(lost).toEqual([]);
    let text = '';
    await expect.poll(() => (text += readAll(reader))).toContain('lines were lost');
    expect(text).toBe(`${LINE.repeat(kept)}${output.linesLost} lines were lost\n`);
    expect(lost).toEqual([output.linesLost]);
    output.write('as before\n');
    await expect.poll(() => readAll(reader)).toBe('as before\n');
    expect(lost).toHaveLength(1);
  });

  it('goes on for the next reader when the one before it has left', async () => {
    const { reader, writer } = pipe();
    const output = outputTo(writer);
    closeSync(open.splice(open.indexOf(reader), 1)[0]);
    output.write('nobody reads\n');
    output.write('nobody reads this either\n');
    const next = opened(path, O_RDONLY | O_NONBLOCK);
    let text = '';
    await expect
      .poll(() => (text += readAll(next)))
      .toBe('nobody reads\nnobody reads this either\n');
  });

  it.each([
    ['a full disk', () => opened('/dev/full', O_WRONLY)],
    ['a file that can not be written', () => opened(fileURLToPath(import.meta.url), O_RDONLY)],
  ])('goes on without lines where there is %s', async (_case, openIt) => {
    const output = outputTo(openIt());
    for (let n = 0; n < 5000; n++) output.write(LINE);
    await new Promise(setImmediate);
    const { linesLost } = output;
    expect(linesLost).toBeGreaterThan(3000);
    output.write(LINE);
    expect(output.linesLost).toBe(linesLost + 1);
    expect(lost).toEqual([]);
  });

  it('writes what waits as the process ends, as far as that is possible at once', () => {
    const { reader, writer } = pipe();
    const listeners = process.listeners('exit');
    const output = outputTo(writer);
    const [atExit] = process.listeners('exit').filter((added) => !listeners.includes(added));
    for (let n = 0; n < 100; n++) output.write(LINE);
    const first = readAll(reader);
    expect(first.length).toBeLessThan(100 * LINE.length);
    atExit(0);
    output.write('last words\n');
    expect(first + readAll(reader)).toBe(`${LINE.repeat(100)}last words\n`);
  });
});
