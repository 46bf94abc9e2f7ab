import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';

let broker: BrokerFixture;
let file: string;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
  file = `${broker.trailFile}.acquisition`;
});

afterEach(() => broker.remove());

/** Another broker on the files as they are now: what one finds that comes after a kill. */
async function restart(settings = {}): Promise<void> {
  await broker.stop();
  await broker.start(settings);
}

const post = (body: object) => broker.call('POST', '/parameters', { body });
const start = (pulseId: number) => broker.call('PUT', `/start_pulse_id/${pulseId}`);
const stop = (pulseId: number) => broker.call('PUT', `/stop_pulse_id/${pulseId}`);
const pulses = () => broker.recorded().map((request) => outline(request).pulses);

describe('a broker that is started again', () => {
  it('comes back receiving, and writes what was set up', async () => {
    const posted = { ...PARAMETERS, more: 'ü' };
    await post(posted);
    await start(100);
    const atTheKill = readFileSync(file);
    await broker.stop();
    writeFileSync(file, atTheKill);
    await broker.start();
    expect(await broker.statusWord()).toBe('receiving');
    await stop(200);
    expect(pulses()).toEqual([[100, 200]]);
    expect(JSON.parse(broker.recorded()[0].parameters)).toMatchObject({ more: 'ü' });
  });

  it('comes back configured, or with the start alone', async () => {
    await post(PARAMETERS);
    await restart();
    expect(await broker.statusWord()).toBe('configured');
    await broker.call('GET', '/stop');
    await start(7);
    await restart();
    expect(await broker.statusWord()).toBe('stopped');
    expect((await post(PARAMETERS)).json.status).toBe('receiving');
  });

  it('comes back stopped after a stop, or when the acquisition was given up', async () => {
    await post(PARAMETERS);
    await start(1);
    await stop(2);
    await restart();
    expect(await broker.statusWord()).toBe('stopped');
    await post(PARAMETERS);
    await start(1);
    await broker.call('GET', '/stop');
    await restart();
    expect(await broker.statusWord()).toBe('stopped');
    expect((await stop(2)).status).toBe(200);
    expect(pulses()).toEqual([[1, 2]]);
  });

  it.each([
    ['channels', ['A']],
    ['cameras', ['A:FPICTURE']],
  ])(
    'does not acquire twice what was recorded just before the kill: %s',
    async (_what, channels) => {
      await post({ ...PARAMETERS, channels });
      await start(1);
      copyFileSync(file, `${file}.copy`);
      await stop(2);
      await broker.stop();
      copyFileSync(`${file}.copy`, file);
      await broker.start();
      expect(await broker.statusWord()).toBe('stopped');
      expect(await stop(2)).toMatchObject({ status: 200, text: '' });
      expect(pulses()).toEqual([[1, 2]]);
    },
  );

  it('passes over the end of a line that a kill cut off, and keeps the file', async () => {
    await post(PARAMETERS);
    await start(3);
    await broker.stop();
    const torn = `${readFileSync(file, 'utf8')}{"configuration": {"id`;
    writeFileSync(file, torn);
    await broker.start();
    expect(await broker.statusWord()).toBe('receiving');
    const aside = readdirSync(broker.folder).find((name) => name.includes('.acquisition.damaged-'));
    expect(readFileSync(`${broker.folder}/${aside}`, 'utf8')).toBe(torn);
  });

  it.each([
    ['noise', Buffer.from([0, 255, 10, 13, 0])],
    ['other JSON', '[1, 2]\n{"startPulseId": "5"}\nnull\n{"configuration": {"id": 5}}\n'],
  ])('starts stopped with %s for its file, and keeps it', async (_what, content) => {
    await broker.stop();
    writeFileSync(file, content);
    await broker.start();
    expect(await broker.statusWord()).toBe('stopped');
    expect(readdirSync(broker.folder).join()).toContain('.acquisition.damaged-');
    await post(PARAMETERS);
    await restart();
    expect(await broker.statusWord()).toBe('configured');
  });

  it('keeps the channels that were accepted, whatever became of the list', async () => {
    const list = `${broker.folder}/channels`;
    writeFileSync(list, 'L1\nL2\n');
    await restart({ channels_file: list });
    await post({ ...PARAMETERS, channels: undefined });
    await start(1);
    writeFileSync(list, 'a/b\n');
    await restart({ channels_file: list });
    await stop(2);
    expect(broker.recorded().map((request) => outline(request).channels)).toEqual([['L1', 'L2']]);
  });

  it('has nothing to save where nothing was under way', async () => {
    await post(PARAMETERS);
    await broker.call('GET', '/stop');
    await restart();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('does not let its file grow without end', async () => {
    const body = { ...PARAMETERS, more: 'x'.repeat(1_000_000) };
    for (let n = 0; n < 8; n++) await post(body);
    expect(readFileSync(file).length).toBeLessThan(6_000_000);
    await restart();
    expect(await broker.statusWord()).toBe('configured');
  });
});
