import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ReadingTimedOut } from '../../viewer/errors.js';
import { FileViewer } from '../../viewer/file-viewer.js';
import { BrokerFixture } from '../broker.fixture.js';

const PULSES = [20_000_000_000_000_001n, 20_000_000_000_000_002n, 20_000_000_000_000_004n];

let broker: BrokerFixture;

beforeAll(async () => {
  broker = await new BrokerFixture().start();
  await ready;
  const path = join(broker.folder, 'run.h5');
  const file = new File(path, 'w');
  file.create_group('data');
  file.create_attribute('start_pulse_id', BigInt64Array.of(PULSES[0]), [], '<q');
  file.create_attribute('stop_pulse_id', BigInt64Array.of(PULSES[0] + 3n), [], '<q');
  const channel = file.get('data')!;
  for (const name of ['X', '=HYPERLINK("x")']) {
    (channel as typeof file).create_group(name);
    const group = file.get(`data/${name}`) as typeof file;
    group.create_dataset({ name: 'pulse_id', data: new BigInt64Array(PULSES) });
    group.create_dataset({
      name: 'data',
      data: name === 'X' ? new Float32Array([0.1, -1, NaN]) : ['a,"b"', '=1+1', 'ü'],
      shape: [3, 1],
    });
  }
  file.close();
});

afterAll(() => broker.remove());

function get(call: string, query: Record<string, string | string[]>) {
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((each): [string, string] => [name, each]),
    ),
  );
  return broker.call('GET', `/files/${call}?${parameters}`);
}

describe('/files', () => {
  it('starts no work for pages of other sites', async () => {
    const path = '/files/meta?file=run.h5';
    const foreign: Record<string, string>[] = [
      { Origin: 'http://a.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ];
    for (const headers of foreign) {
      expect((await broker.call('GET', path, { headers })).status).toBe(403);
    }
    const own = { 'Sec-Fetch-Site': 'same-origin' };
    expect((await broker.call('GET', path, { headers: own })).status).toBe(200);
  });

  it('describes objects as h5grove does', async () => {
    const { status, json } = await get('meta', { file: 'run.h5', path: '/data/X/data' });
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        name: 'data',
        kind: 'dataset',
        shape: [3, 1],
        type: { class: 1, size: 4, dtype: '<f4', order: 0 },
        chunks: null,
        filters: null,
        attributes: [],
      },
    });
    const group = await get('meta', { file: join(broker.folder, 'run.h5'), path: '/data/' });
    expect(group.json).toMatchObject({ name: 'data', kind: 'group' });
    expect((group.json.children as { name: string }[]).map(({ name }) => name)).toContain('X');
  });

  it('keeps integers of eight bytes exact', async () => {
    const query = { file: 'run.h5', path: '/data/X/pulse_id', selection: '1:' };
    const { text } = await get('data', query);
    expect(text).toBe(`[${PULSES.slice(1).join(',')}]`);
    const url = `http://127.0.0.1:${broker.port}/files/data?${new URLSearchParams({ ...query, format: 'bin', dtype: 'safe' })}`;
    const bytes = await (await fetch(url)).arrayBuffer();
    expect([...new BigInt64Array(bytes)]).toEqual(PULSES.slice(1));
  });

  it('gives attributes, statistics and paths', async () => {
    const { text } = await get('attr', { file: 'run.h5', attr_keys: 'start_pulse_id' });
    expect(text).toBe(`{"start_pulse_id":${PULSES[0]}}`);
    const { json } = await get('stats', { file: 'run.h5', path: '/data/X/data' });
    expect(json).toMatchObject({
      min: -1,
      max: Math.fround(0.1),
      mean: (Math.fround(0.1) - 1) / 2,
    });
    const paths = await get('paths', { file: 'run.h5', path: '/data/X' });
    expect(paths.json).toEqual(['/data/X', '/data/X/data', '/data/X/pulse_id']);
  });

  it('makes a table of a channel, which a spreadsheet takes for values', async () => {
    const numbers = await get('csv', { file: 'run.h5', path: '/data/X/data' });
    expect(numbers.headers['content-disposition']).toBe('attachment; filename="run-X.csv"');
    expect(numbers.text).toBe(
      `pulse_id,date,X\r\n${PULSES[0]},,0.1\r\n${PULSES[1]},,-1\r\n${PULSES[2]},,nan\r\n`,
    );
    const texts = await get('csv', { file: 'run.h5', path: '/data/=HYPERLINK("x")' });
    expect(texts.headers['content-disposition']).toBe(
      'attachment; filename="run-_HYPERLINK_x_.csv"',
    );
    expect(texts.text.split('\r\n').slice(0, 4)).toEqual([
      `pulse_id,date,"'=HYPERLINK(""x"")"`,
      `${PULSES[0]},,"a,""b"""`,
      `${PULSES[1]},,'=1+1`,
      `${PULSES[2]},,ü`,
    ]);
  });

  it('counts rows in the range that the file was asked for', async () => {
    const { text } = await get('coverage', { file: 'run.h5', channel: ['X', 'Y'], bins: '4' });
    expect(text).toBe(
      `{"start_pulse_id":${PULSES[0]},"stop_pulse_id":${PULSES[0] + 3n},"channels":[` +
        `{"name":"X","rows":3,"present":3,"first_pulse_id":${PULSES[0]},"last_pulse_id":${PULSES[2]},"bins":[1,1,0,1]},` +
        `{"name":"Y","error":"the file has no channel 'Y'."}]}`,
    );
  });

  it('says what is wrong in words that viewers look for', async () => {
    writeFileSync(join(broker.folder, 'notes.txt'), 'no HDF5');
    mkdirSync(join(broker.folder, 'folder'));
    symlinkSync('/etc/hostname', join(broker.folder, 'link.h5'));
    for (const [call, query, status, message] of [
      ['meta', {}, 400, 'file is missing'],
      ['meta', { file: 'no.h5' }, 404, 'File not found'],
      ['meta', { file: 'folder' }, 404, 'File not found'],
      ['meta', { file: '/etc/passwd' }, 403, 'Permission denied'],
      ['meta', { file: 'link.h5' }, 403, 'Permission denied'],
      ['meta', { file: '../run.h5\0' }, 404, 'File not found'],
      ['meta', { file: broker.trailFile }, 403, 'Permission denied'],
      ['meta', { file: 'notes.txt' }, 422, 'is not an HDF5 file'],
      ['meta', { file: 'run.h5', path: '/none' }, 404, 'not a valid path'],
      ['meta', { file: 'run.h5', path: '/\0' }, 404, 'not a valid path'],
      ['data', { file: 'run.h5', path: '/data' }, 400, 'only datasets have values'],
      ['data', { file: 'run.h5', path: '/data/X/data', selection: '9' }, 400, 'index 9'],
      ['data', { file: 'run.h5', path: '/data/X/data', format: 'exe' }, 400, 'use json, bin'],
      ['csv', { file: 'run.h5', path: '/data' }, 400, 'is not a channel'],
      ['coverage', { file: 'run.h5' }, 400, 'channel is missing'],
      ['coverage', { file: 'run.h5', channel: 'X', bins: '0' }, 400, 'must be 1 to 2000'],
    ] as const) {
      const { status: got, json } = await get(call, query);
      expect({ query, got, json }).toEqual({
        query,
        got: status,
        json: { state: 'error', status: json.message, message: expect.stringContaining(message) },
      });
    }
  });

  it('logs a file that can not be read as a warning, counted where it is asked again', async () => {
    const view = vi.spyOn(broker.app.get(FileViewer), 'view');
    view.mockRejectedValue(new ReadingTimedOut(20));
    for (let i = 0; i < 3; i++) {
      const { status, headers } = await get('meta', { file: 'run.h5' });
      expect({ status, after: headers['retry-after'] }).toEqual({ status: 504, after: '10' });
    }
    view.mockRestore();
    const lines = () => broker.log.filter(({ http_status: status }) => status === 504);
    const calls = () =>
      lines().reduce((sum, { not_logged_before = 0 }) => sum + 1 + Number(not_logged_before), 0);
    await expect.poll(calls, { timeout: 5000 }).toBe(3);
    expect(lines()[0]).toMatchObject({ level: 'WARNING', msg: 'call failed' });
  });

  it('is not there where the page is off', async () => {
    const off = await new BrokerFixture().start({ page: 'off' });
    const { status } = await off.call('GET', '/files/meta?file=run.h5');
    await off.remove();
    expect(status).toBe(404);
  });
});
