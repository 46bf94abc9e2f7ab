import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pull } from 'zeromq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../outbox/outbox.js';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';

let broker: BrokerFixture;

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(() => broker.remove());

const post = () => broker.call('POST', '/parameters', { body: PARAMETERS });
const start = (pulseId: number) => broker.call('PUT', `/start_pulse_id/${pulseId}`);
const stop = (pulseId: number) => broker.call('PUT', `/stop_pulse_id/${pulseId}`);

describe('a trail that can not be written', () => {
  it('fails the stop, sends nothing, and the acquisition can be stopped again', async () => {
    await broker.start();
    const writer = new Pull();
    writer.connect(broker.output);
    await post();
    await start(1);
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    mkdirSync(broker.trailFile);
    for (const pulseId of [2, 2, 3]) {
      expect(await stop(pulseId)).toMatchObject({
        status: 503,
        json: { state: 'error', status: expect.stringMatching(/it is a folder.*--audit_file/) },
      });
    }
    expect(await broker.statusWord()).toBe('receiving');
    expect(broker.app.get(Outbox).counts()).toMatchObject({ requests_queued: 0, requests_sent: 0 });
    expect(await broker.statistics()).toMatchObject({ n_processed_requests: 0, calls_failed: 3 });
    rmSync(broker.trailFile, { recursive: true });
    expect(await stop(4)).toMatchObject({ status: 200, text: '' });
    expect(broker.recorded().map((request) => outline(request).pulses)).toEqual([[1, 4]]);
    const frames = await writer.receive();
    expect(String(frames[2])).toContain('"endPulseId":4');
    writer.close();
  });

  it.skipIf(!existsSync('/dev/full'))('fails the stop when the disk is full', async () => {
    await broker.start();
    await post();
    await start(1);
    rmSync(broker.trailFile);
    symlinkSync('/dev/full', broker.trailFile);
    // The device is one for all specs, and another one may have it locked for a moment.
    await expect
      .poll(() => stop(2))
      .toMatchObject({
        status: 503,
        json: { status: expect.stringContaining('no room is left on its disk (ENOSPC)') },
      });
    expect(await broker.statusWord()).toBe('receiving');
  });

  it('keeps the broker from starting, and says what to do', async () => {
    const file = join(broker.folder, 'file');
    writeFileSync(file, '');
    await expect(broker.start({ audit_file: join(file, 'audit.log') })).rejects.toMatchObject({
      code: 'audit_trail_failed',
      message: expect.stringMatching(/not a folder.*another --audit_file/),
    });
  });
});

describe('an acquisition that can not be saved', () => {
  it('is refused, and nothing changes', async () => {
    await broker.start();
    await post();
    const file = `${broker.trailFile}.acquisition`;
    rmSync(file);
    mkdirSync(file);
    expect(await start(1)).toMatchObject({
      status: 503,
      json: { state: 'error', status: expect.stringContaining('nothing was changed') },
    });
    expect(await broker.statusWord()).toBe('configured');
    rmSync(file, { recursive: true });
    expect((await start(1)).status).toBe(200);
    expect(await broker.statusWord()).toBe('receiving');
  });
});

describe('calls at once', () => {
  it('are taken one after another: stops neither double nor vanish', async () => {
    await broker.start();
    for (let round = 0; round < 5; round++) {
      await post();
      await start(round * 10);
      const stops = [1, 2, 3, 4, 5].map((n) => stop(round * 10 + n));
      const replies = await Promise.all([...stops, post(), broker.call('GET', '/status')]);
      expect(replies.map(({ status }) => status)).toEqual(Array(7).fill(200));
    }
    const recorded = broker.recorded().map((request) => outline(request).pulses[0]);
    expect(recorded).toEqual([0, 10, 20, 30, 40]);
  });
});
