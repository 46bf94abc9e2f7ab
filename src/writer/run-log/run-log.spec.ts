import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedLog } from '../captured-log.fixture.js';
import { reply, status } from '../data-api.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { writers } from '../writers.fixture.js';

const A = { name: 'A', values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
const STAMP = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] /;
const END = /^INFO: \[Writer\] processing request took \d+\.\d{3} seconds$/;

describe('the log of a request that names a file for it', () => {
  const setUp = writers();
  const folder = temporaryFolders();
  const log = capturedLog();

  function requestFor(log_file: string, channels = ['A', 'B']) {
    return { ...writeRequest('data/acq0001.BSDATA.h5', channels), log_file };
  }

  /** Its lines without their times, each of which has one. */
  function linesIn(path: string): string[] {
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    for (const line of lines) expect(line).toMatch(STAMP);
    return lines.map((line) => line.replace(STAMP, ''));
  }

  it('has its course in lines, with the mark of its end', async () => {
    const { root, api, writer } = await setUp([reply(A)]);
    mkdirSync(join(root, 'logs'));
    const file = join(root, 'logs/acq0001.BSDATA.log');
    await writer.write({ ...requestFor(file), request_id: undefined });
    const lines = linesIn(file);
    expect(lines.join()).not.toContain('undefined');
    const about = expect.stringContaining('data/acq0001.BSDATA.h5') as string;
    expect(lines).toEqual([about, about, about, about, expect.stringMatching(END)]);
    for (const [i, words] of [
      ['request received', 'start_pulse_id=1', 'stop_pulse_id=10', 'channels=2'],
      ['try begins', `data_api_url=${api.url}`],
      ['channel not written', 'channel=B', 'code=missing'],
      ['file written', 'rows=10', 'channels_missing=1'],
    ].entries())
      for (const word of words) expect(lines[i]).toContain(word);
    expect(statSync(file).mode & 0o777).toBe(0o664);
    // The writer's own log has them too.
    expect(log.events).toContainEqual(expect.objectContaining({ message: 'file written' }));
  });

  it('has the failures of all attempts, one behind the other', async () => {
    const { root, writer } = await setUp([status(500), reply(), status(400)]);
    const file = join(root, 'x.log');
    await writer.write(requestFor(file));
    await writer.write(requestFor(file));
    const lines = linesIn(file);
    expect(lines.filter((line) => END.test(line))).toHaveLength(2);
    expect(
      lines.filter((line) => line.startsWith('WARNING: [Writer] attempt failed')),
    ).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('ERROR: [Writer] request failed'))).toHaveLength(
      2,
    );
    expect(lines.at(-1)).toMatch(END);
    expect(lines.at(-2)).toContain('error_file=');
  });

  it.each([
    ['lies outside the roots', 'lies outside the output roots'],
    ['is another kind of file', 'ends in .log'],
    ['is a link', /ELOOP|symbolic/],
    ['is a folder', 'is not a file'],
  ])('is left where its file %s, which fails nothing', async (what, reason) => {
    const { root, writer } = await setUp([reply(A)]);
    const files: Record<string, string> = {
      'lies outside the roots': join(folder(), 'x.log'),
      'is another kind of file': join(root, 'other.h5'),
      'is a link': join(root, 'link.log'),
      'is a folder': join(root, 'folder.log'),
    };
    symlinkSync(join(root, 'target.h5'), files['is a link']);
    mkdirSync(files['is a folder']);
    const request = requestFor(files[what], ['A']);
    expect(await writer.write(request)).toMatchObject({ state: 'written' });
    expect(log.events).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'the log of a run lacks lines',
        request_id: request.request_id,
        file: files[what],
        error: expect.objectContaining({ message: expect.stringMatching(reason) }),
      }),
    );
  });

  it('is the writer’s alone where it names none', async () => {
    const { writer } = await setUp([reply(A)]);
    await writer.write(writeRequest('x.h5', ['A']));
    expect(log.events.map(({ message }) => message)).toEqual(['request received', 'file written']);
  });
});
