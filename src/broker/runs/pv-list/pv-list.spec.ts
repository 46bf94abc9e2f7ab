import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  lstatSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture } from '../../broker.fixture.js';

const BEFORE = '{"pulse_id_pv": "PULSE", "more": {"b": 1.0, "a": 2}, "pv_list": ["OLD"]}';

let broker: BrokerFixture;
let folder: string;
let file: string;

beforeEach(() => {
  broker = new BrokerFixture();
  folder = join(broker.folder, 'buffer');
  mkdirSync(folder);
  file = join(folder, 'sf.simulator.epics_buffer.json');
});
afterEach(() => broker.remove());

const start = (settings: object = {}) =>
  broker.start({
    beamlines: ['simulator=127.0.0.0/8'],
    pv_list_file: join(folder, 'sf.{beamline}.epics_buffer.json'),
    ...settings,
  });
/** With a length, also where it is a GET. */
const ask = (method: string, body?: string) =>
  broker.call(method, '/get_pvlist', {
    ...(body !== undefined && {
      body,
      headers: { 'Content-Type': 'application/json', 'Content-Length': String(body.length) },
    }),
  });
const set = (body: object) => broker.call('POST', '/set_pvlist', { body });

describe('the list of PVs', () => {
  beforeEach(() => writeFileSync(file, BEFORE));

  it.each([
    ['GET without a body', 'GET', undefined],
    ['GET with an empty object', 'GET', '{}'],
    ['POST', 'POST', '{}'],
  ])('is read by %s', async (_what, method, body) => {
    await start();
    const { status, json } = await ask(method, body);
    expect([status, json]).toEqual([
      200,
      { status: 'ok', message: 'the EPICS buffer of simulator keeps 1 PV', pv_list: ['OLD'] },
    ]);
  });

  it('is asked for with nothing else', async () => {
    await start();
    const { status, json } = await ask('GET', '{"pgroup": "p1"}');
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: 'error', exception: 'ValidationError' });
    expect(json.message).toMatch(/pgroup is not known: leave it out/);
  });

  it('is replaced at once, other keys, rights and links kept, and both lists in backup', async () => {
    const changed = new Date(2026, 10, 30, 9, 5, 7);
    chmodSync(file, 0o640);
    utimesSync(file, changed, changed);
    const link = join(folder, 'sf.linked.epics_buffer.json');
    symlinkSync(file, link);
    await start({ beamlines: ['linked=127.0.0.0/8'] });
    const { json } = await set({ pv_list: ['B', 'A', 'B', 'Ä'] });
    expect(json).toMatchObject({ status: 'ok', pv_list: ['B', 'A', 'Ä'] });
    const text = readFileSync(file, 'utf8');
    expect(text).toBe(
      [
        '{',
        '    "more": {',
        '        "a": 2,',
        '        "b": 1.0',
        '    },',
        '    "pulse_id_pv": "PULSE",',
        '    "pv_list": [',
        '        "B",',
        '        "A",',
        '        "\\u00c4"',
        '    ]',
        '}',
      ].join('\n'),
    );
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    const backup = join(folder, 'backup');
    const [first, second] = readdirSync(backup).sort();
    expect(first).toBe('sf.simulator.epics_buffer.json.2026-11-30_09:05:07');
    expect(readFileSync(join(backup, first), 'utf8')).toBe(BEFORE);
    expect(second).toMatch(/^sf\.simulator\.epics_buffer\.json\.\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d$/);
    expect(readFileSync(join(backup, second), 'utf8')).toBe(text);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('is whole, whoever comes first', async () => {
    await start();
    const lists = Array.from({ length: 8 }, (_, n) =>
      Array.from({ length: 50 }, (_, i) => `${n}-${i}`),
    );
    await Promise.all(lists.map((pv_list) => set({ pv_list })));
    const { json } = await broker.call('GET', '/get_pvlist');
    expect(lists).toContainEqual(json.pv_list);
  });

  it.each([
    ['no list', {}, /pv_list is missing/],
    ['a text', { pv_list: 'A' }, /pv_list must be a list of names/],
    ['numbers', { pv_list: ['A', 1] }, /pv_list\[1\] must be the name of a PV/],
    ['an empty name', { pv_list: [''] }, /pv_list\[0\] "" is empty/],
    ['a blank', { pv_list: ['A B'] }, /pv_list\[0\] "A B" contains a blank/],
    ['a line end', { pv_list: ['A\n'] }, /pv_list\[0\] .*U\+000A/],
    ['far too many', { pv_list: Array.from({ length: 50_001 }, () => 'A') }, /at most 50000/],
  ])('is not replaced by %s', async (_what, body, problem) => {
    await start();
    const { status, json } = await set(body);
    expect([status, json.status, json.exception]).toEqual([200, 'error', 'ValidationError']);
    expect(json.message).toMatch(problem);
    expect(readFileSync(file, 'utf8')).toBe(BEFORE);
    expect(existsSync(join(folder, 'backup'))).toBe(false);
  });

  it('stays as it is where nothing can be kept of it', async () => {
    writeFileSync(join(folder, 'backup'), '');
    await start();
    const { json } = await set({ pv_list: ['A'] });
    expect(json).toMatchObject({ status: 'error', exception: 'OSError' });
    expect(json.message).toMatch(/can't be written to .*EEXIST.*stays as it was/);
    expect(readFileSync(file, 'utf8')).toBe(BEFORE);
    expect(readdirSync(folder).sort()).toEqual(['backup', 'sf.simulator.epics_buffer.json']);
  });
});

it.each([
  ['is missing', undefined, /it does not exist/],
  ['is no JSON', '{', /it is no JSON/],
  ['is no object', '[]', /it is no JSON object/],
])('says so where the file %s, also before it would be replaced', async (_what, text, problem) => {
  if (text !== undefined) writeFileSync(file, text);
  await start();
  for (const { json } of [await broker.call('GET', '/get_pvlist'), await set({ pv_list: [] })]) {
    expect(json).toMatchObject({ status: 'error', exception: 'RuntimeError' });
    expect(json.message).toMatch(problem);
  }
  expect(existsSync(file)).toBe(text !== undefined);
});

it('says so where the file has no list', async () => {
  writeFileSync(file, '{"pv_list": "A"}');
  await start();
  expect((await broker.call('GET', '/get_pvlist')).json.message).toMatch(/no list of texts/);
});

it('names the setting where no file is known, and the address of no beamline', async () => {
  await start({ pv_list_file: undefined });
  expect((await broker.call('GET', '/get_pvlist')).json.message).toMatch(/--pv_list_file/);
  await broker.stop();
  await start({ beamlines: ['alvra=10.0.0.0/8'] });
  const { json } = await broker.call('GET', '/get_pvlist');
  expect(json).toMatchObject({ status: 'error', exception: 'ValueError' });
});
