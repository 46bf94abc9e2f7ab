import {
  chmodSync,
  mkdirSync,
  promises,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';

let broker: BrokerFixture;
let list: string;

beforeEach(() => {
  broker = new BrokerFixture();
  list = join(broker.folder, 'channels');
});

afterEach(() => broker.remove());

const post = () =>
  broker.call('POST', '/parameters', { body: { ...PARAMETERS, channels: undefined } });

async function acquired(): Promise<string[]> {
  expect((await post()).status).toBe(200);
  await broker.call('PUT', '/start_pulse_id/1');
  await broker.call('PUT', '/stop_pulse_id/2');
  return outline(broker.recorded().at(-1)!).channels;
}

async function state(): Promise<unknown> {
  return (await broker.statistics()).channel_list;
}

describe('the channel list file', () => {
  it('has a name a line, comments and blank lines', async () => {
    writeFileSync(list, '\uFEFF# all of them\n\nA-1:X\r\n  B.2 # slow\n#C\n B.2\n');
    await broker.start({ channels_file: list });
    expect(await acquired()).toEqual(['A-1:X', 'B.2']);
  });

  it.each([
    ['CR', '# all\rA-1:X\rB.2 # slow\r'],
    ['CR LF', '# all\r\nA-1:X\r\nB.2 # slow\r\n'],
    ['mixed', '# all\u2028still\r\n\tA-1:X \r\nB.2\r\r\n'],
  ])('may have the line ends %s', async (_kind, text) => {
    writeFileSync(list, text);
    await broker.start({ channels_file: list });
    expect(await acquired()).toEqual(['A-1:X', 'B.2']);
  });

  it('is read again when it changes, however it does', async () => {
    writeFileSync(list, 'A');
    await broker.start({ channels_file: list });
    expect(await acquired()).toEqual(['A']);
    writeFileSync(list, 'B');
    utimesSync(list, 1, 1);
    expect(await acquired()).toEqual(['B']);
    writeFileSync(`${list}.new`, 'C');
    utimesSync(`${list}.new`, 1, 1);
    renameSync(`${list}.new`, list);
    expect(await acquired()).toEqual(['C']);
    expect(await state()).toEqual({
      path: list,
      channels: 1,
      read_at: expect.stringMatching(/^20.*Z$/),
      problem: null,
    });
  });

  it.each([
    [
      'a control character',
      'A\nB\u0007C\n',
      'line 2: "B\\u0007C" contains the control character U+0007',
    ],
    ['a bad name', 'A\nB/C\n', `line 2: "B/C" contains '/'`],
    [
      'too many names',
      Array.from({ length: 101 }, (_, n) => n).join('\n'),
      '101; at most 100 are allowed',
    ],
    ['too many cameras', 'A:FPICTURE\nB:FPICTURE\nC:FPICTURE', '3 cameras'],
    ['no names', '# none\n\n', 'names no channel'],
    ['Latin-1', Buffer.from('A\nMESSGR\xd6SSE\n', 'latin1'), 'not UTF-8'],
    ['over 1 MiB', `#${'x'.repeat(1024 * 1024)}`, 'larger than 1 MiB'],
  ])('with %s is told, and the last good one counts', async (_what, text, problem) => {
    writeFileSync(list, 'A\nB');
    await broker.start({ channels_file: list });
    writeFileSync(list, text);
    expect(await acquired()).toEqual(['A', 'B']);
    expect(await state()).toMatchObject({ channels: 2, problem: expect.stringContaining(problem) });
    writeFileSync(list, 'D');
    expect(await acquired()).toEqual(['D']);
    expect(await state()).toMatchObject({ channels: 1, problem: null });
  });

  it('that never was usable fails parameters without channels, until it is', async () => {
    await broker.start({ channels_file: list });
    expect(await post()).toMatchObject({
      status: 503,
      json: {
        state: 'error',
        status: expect.stringContaining(`${list} can't be read: it does not exist`),
      },
    });
    expect(await state()).toEqual({
      path: list,
      channels: null,
      read_at: null,
      problem: "can't be read: it does not exist",
    });
    expect((await broker.call('POST', '/parameters', { body: PARAMETERS })).status).toBe(200);
    mkdirSync(list);
    expect((await post()).json.status).toContain('is not a file');
    rmSync(list, { recursive: true });
    writeFileSync(list, 'A');
    expect(await acquired()).toEqual(['A']);
  });

  it.each(['ESTALE', 'EMFILE'])('is tried again after %s', async (code) => {
    writeFileSync(list, 'A');
    await broker.start({ channels_file: list });
    // Disks fail for a moment when they like; here one does when told.
    const failing = vi.spyOn(promises, 'readFile').mockRejectedValueOnce({ code });
    onTestFinished(() => {
      failing.mockRestore();
      syncBuiltinESMExports();
    });
    syncBuiltinESMExports();
    writeFileSync(list, 'B');
    expect(await state()).toMatchObject({ channels: 1, problem: `can't be read: ${code}` });
    expect(await acquired()).toEqual(['B']);
    expect(await state()).toMatchObject({ problem: null });
  });

  it('shows in the log by itself when it changes', async () => {
    writeFileSync(list, 'A');
    await broker.start({ channels_file: list });
    writeFileSync(list, 'A/B');
    const problems = () =>
      broker.log.filter(({ file, level }) => file === list && level === 'ERROR');
    await vi.waitFor(() => expect(problems()).toHaveLength(1), { timeout: 4000, interval: 20 });
    expect(problems()).toMatchObject([{ error: expect.stringContaining("contains '/'") }]);
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read is told', async () => {
    writeFileSync(list, 'A');
    chmodSync(list, 0);
    await broker.start({ channels_file: list });
    expect((await post()).json.status).toContain("can't be read: this user may not read it");
  });

  it('gives way to channels in the parameters', async () => {
    writeFileSync(list, 'A');
    await broker.start({ channels_file: list });
    await broker.call('POST', '/parameters', { body: PARAMETERS });
    await broker.call('PUT', '/start_pulse_id/1');
    await broker.call('PUT', '/stop_pulse_id/2');
    expect(outline(broker.recorded()[0]).channels).toEqual(PARAMETERS.channels);
  });
});
