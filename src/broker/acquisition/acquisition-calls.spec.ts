import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';

let broker: BrokerFixture;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
});

afterEach(() => broker.remove());

const post = (body: object) => broker.call('POST', '/parameters', { body });
const start = (pulseId: number | string) => broker.call('PUT', `/start_pulse_id/${pulseId}`);
const stop = (pulseId: number | string) => broker.call('PUT', `/stop_pulse_id/${pulseId}`);
const pulses = () => broker.recorded().map((request) => outline(request).pulses);

describe('the calls of an acquisition', () => {
  it('turn parameters, start and stop into a write request', async () => {
    expect(await broker.call('GET', '/status')).toMatchObject({
      status: 200,
      json: { state: 'ok', status: 'stopped' },
    });
    const posted = { ...PARAMETERS, 'my/own': { deep: [1, null, 'ü'] } };
    expect((await post(posted)).json).toEqual({
      state: 'ok',
      status: 'configured',
      parameters: posted,
    });
    expect(await broker.statusWord()).toBe('configured');
    expect(await start(100)).toMatchObject({ status: 200, text: '' });
    expect(await broker.statusWord()).toBe('receiving');
    expect(await stop(200)).toMatchObject({ status: 200, text: '' });
    expect(await broker.statusWord()).toBe('stopped');

    const [request, ...others] = broker.recorded();
    expect(others).toEqual([]);
    const file = join(broker.folder, 'a.h5');
    expect(JSON.parse(request.parameters)).toEqual({ ...posted, output_file: file });
    expect(JSON.parse(request.data_api_request)).toEqual({
      channels: [
        { name: 'A', backend: 'sf-databuffer' },
        { name: 'B', backend: 'sf-databuffer' },
      ],
      range: { startPulseId: 100, endPulseId: 200 },
      response: { format: 'json', compression: 'none' },
      eventFields: ['channel', 'pulseId', 'value', 'shape', 'globalDate'],
      configFields: ['type', 'shape'],
    });
    expect(request).toMatchObject({ request_id: expect.any(String) });
    expect(request).not.toHaveProperty('dispatch');
    expect(Math.abs(request.timestamp - Date.now() / 1000)).toBeLessThan(60);
  });

  it('ask for channels without what is around their names, and echo these as they came', async () => {
    const channels = ['CH1\n', ' CAM:FPICTURE\r\n', 'CH1'];
    const reply = await post({ ...PARAMETERS, channels });
    expect(reply.json).toMatchObject({ status: 'configured', parameters: { channels } });
    await start(1);
    await stop(2);
    expect(broker.recorded().map((request) => outline(request).channels)).toEqual([
      ['CH1'],
      ['CAM:FPICTURE'],
    ]);
    const [{ parameters }] = broker.recorded();
    expect(JSON.parse(parameters)).toMatchObject({ channels: ['CH1'] });
  });

  it('give cameras a request and file of their own, both in the trail', async () => {
    const channels = ['X', 'CAM:FPICTURE', 'Y', 'X'];
    await post({ ...PARAMETERS, channels });
    await start(1);
    await stop(2);
    expect(broker.recorded().map(outline)).toEqual([
      { file: join(broker.folder, 'a.h5'), channels: ['X', 'Y'], pulses: [1, 2] },
      { file: join(broker.folder, 'a.IMAGES.h5'), channels: ['CAM:FPICTURE'], pulses: [1, 2] },
    ]);
    expect(await broker.statistics()).toMatchObject({
      n_processed_requests: 1,
      requests_recorded: 2,
    });
  });

  it('take several detectors: the same again is harmless, another start replaces the first', async () => {
    await post(PARAMETERS);
    await Promise.all([start(10), start(10), start(10)]);
    await start(11);
    await Promise.all([stop(20), stop(20), stop(21)]);
    expect(pulses()).toEqual([[11, 20]]);
    expect((await stop(22)).status).toBe(200);
    expect(pulses()).toHaveLength(1);
  });

  it('accept a start before the parameters', async () => {
    await start(5);
    expect(await broker.statusWord()).toBe('stopped');
    expect((await post(PARAMETERS)).json.status).toBe('receiving');
    await stop(5);
    expect(pulses()).toEqual([[5, 5]]);
  });

  it('keep the start when parameters are posted again, the latest ones counting', async () => {
    await post(PARAMETERS);
    await start(5);
    expect((await post({ ...PARAMETERS, output_file: 'b.h5' })).json.status).toBe('receiving');
    await stop(6);
    expect(broker.recorded().map((request) => outline(request).file)).toEqual([
      join(broker.folder, 'b.h5'),
    ]);
  });

  it('stop without effect where nothing was started', async () => {
    expect(await stop(5)).toMatchObject({ status: 200, text: '' });
    await post(PARAMETERS);
    expect(await stop(5)).toMatchObject({ status: 200, text: '' });
    expect(await broker.statusWord()).toBe('configured');
    expect(broker.recorded()).toEqual([]);
  });

  it('refuse a stop below the start, and keep the acquisition', async () => {
    await post(PARAMETERS);
    await start(100);
    expect(await stop(99)).toMatchObject({
      status: 409,
      json: { state: 'error', status: expect.stringContaining('lower than start pulse id 100') },
    });
    expect(await broker.statusWord()).toBe('receiving');
    await stop(100);
    expect(pulses()).toEqual([[100, 100]]);
  });

  it('refuse a stop without parameters, and forget the start', async () => {
    await start(100);
    expect(await stop(200)).toMatchObject({ status: 409, json: { state: 'error' } });
    expect((await post(PARAMETERS)).json.status).toBe('configured');
    expect(broker.recorded()).toEqual([]);
  });

  it('give an acquisition up', async () => {
    await post(PARAMETERS);
    await start(1);
    expect(await broker.call('GET', '/stop')).toMatchObject({
      status: 200,
      json: { state: 'ok', status: 'stopped' },
    });
    await stop(2);
    expect((await post(PARAMETERS)).json.status).toBe('configured');
    expect(broker.recorded()).toEqual([]);
  });

  it.each(['/start_pulse_id', '/stop_pulse_id'])(
    'refuse what is no pulse id at %s',
    async (path) => {
      for (const text of ['abc', '-1', '1.5', '0x10', '1e3', '9007199254740993', '%20', '1 2']) {
        const reply = await broker.call('PUT', `${path}/${text.replace(' ', '%20')}`);
        expect(reply).toMatchObject({
          status: 400,
          json: { state: 'error', status: expect.stringContaining('is not a pulse id') },
        });
      }
      await post(PARAMETERS);
      expect((await broker.call('PUT', `${path}/9007199254740992`)).status).toBe(200);
    },
  );

  it('name everything that is wrong with parameters at once', async () => {
    const reply = await post({ 'general/user': 5, output_file: '', channels: 'X', user_id: 1.5 });
    expect(reply.status).toBe(400);
    for (const field of [
      'general/created',
      'general/user',
      'general/process',
      'general/instrument',
      'output_file',
      'channels',
      'user_id',
    ]) {
      expect(reply.json.status).toContain(`${field} `);
    }
    expect(await broker.statusWord()).toBe('stopped');
  });

  it.each([
    ['outside of the roots', { output_file: '/etc/passwd' }, 'output roots'],
    ['out of a root', { output_file: '../b.h5' }, 'output roots'],
    ['a folder', { output_file: 'b/' }, 'folder'],
    ['the trail', { output_file: 'audit.log' }, 'belongs to the audit trail'],
    ['what is beside it', { output_file: './audit.log.acquisition' }, 'belongs to the audit trail'],
    ['a channel with a slash', { channels: ['A/B'] }, "contains '/'"],
    [
      '50,001 channels',
      { channels: Array.from({ length: 50_001 }, (_, n) => `C${n}`) },
      'are 50001',
    ],
    ['no channels at all', { channels: undefined }, 'channels is missing'],
    ['no channels in the list', { channels: [] }, 'channels is empty'],
  ])('refuse parameters with %s', async (_what, change, message) => {
    expect(await post({ ...PARAMETERS, ...change })).toMatchObject({
      status: 400,
      json: { state: 'error', status: expect.stringContaining(message) },
    });
  });

  it('accept /dev/null, for all motions without a file', async () => {
    await post({ ...PARAMETERS, output_file: '/dev/null', channels: ['A', 'C:FPICTURE'] });
    await start(1);
    await stop(2);
    expect(broker.recorded().map((request) => outline(request).file)).toEqual([
      '/dev/null',
      '/dev/null',
    ]);
  });
});

it('accept parameters behind a byte order mark', async () => {
  const body = `\ufeff${JSON.stringify(PARAMETERS)}`;
  const headers = { 'content-type': 'application/json' };
  const reply = await broker.call('POST', '/parameters', { body, headers });
  expect(reply.status).toBe(200);
  expect(JSON.parse(reply.text)).toMatchObject({ parameters: PARAMETERS });
});

describe('numbers in unknown parameters', () => {
  it('are echoed, recorded and kept as they came', async () => {
    const numbers = '"n":[9007199254740993,1e400,1.0,-0,0.10],"user_id":1.0}';
    const text = JSON.stringify(PARAMETERS).replace(/}$/, `,${numbers}`);
    const headers = { 'Content-Type': 'application/json' };
    const reply = await broker.call('POST', '/parameters', { body: text, headers });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(reply.text).toContain(`"parameters":${text}`);
    await broker.stop();
    await broker.start();
    await start(1);
    await stop(2);
    expect(broker.recorded()[0].parameters).toContain(numbers);
  });

  it('do not make a known parameter pass for what it is not', async () => {
    const text = JSON.stringify(PARAMETERS).replace(/}$/, ',"user_id":1.5,"channels":[1.0]}');
    const headers = { 'Content-Type': 'application/json' };
    const reply = await broker.call('POST', '/parameters', { body: text, headers });
    expect(reply.status).toBe(400);
    expect(reply.json.status).toMatch(/channels must be .*user_id must be an integer/);
  });
});

describe('the files of the broker', () => {
  it.each(['', '.acquisition', '.outcomes', '.lock'])(
    'are not written over under another name: audit.log%s',
    async (suffix) => {
      symlinkSync(broker.folder, join(broker.folder, 'link'));
      symlinkSync(`audit.log${suffix}`, join(broker.folder, 'b.h5'));
      for (const output_file of [`link/audit.log${suffix}`, 'b.h5']) {
        const reply = await post({ ...PARAMETERS, output_file });
        expect(reply).toMatchObject({
          status: 400,
          json: { status: expect.stringContaining('belongs to the audit trail') },
        });
      }
    },
  );

  it('are not written over while they are not there, as when they were just moved away', async () => {
    rmSync(join(broker.folder, 'audit.log'));
    symlinkSync('audit.log', join(broker.folder, 'b.h5'));
    for (const output_file of ['audit.log', 'b.h5']) {
      expect((await post({ ...PARAMETERS, output_file })).status).toBe(400);
    }
    expect((await post({ ...PARAMETERS, output_file: 'a.h5' })).status).toBe(200);
  });

  it('do not include what is only called alike', async () => {
    for (const output_file of ['audit.log_of_run.h5', 'audit.log.h5', 'audit.log/x.h5']) {
      const { status, text } = await post({ ...PARAMETERS, output_file });
      expect({ output_file, status, text }).toMatchObject({
        status: output_file.includes('/') ? 400 : 200,
        text: expect.not.stringContaining('audit trail'),
      });
    }
  });

  it('are safe from the error file of another', async () => {
    await broker.stop();
    await broker.start({ audit_file: join(broker.folder, 'a.h5.err') });
    expect((await post(PARAMETERS)).status).toBe(400);
  });
});
