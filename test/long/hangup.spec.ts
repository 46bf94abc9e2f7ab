import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { call } from '../support/detector.js';
import { poll } from '../support/poll.js';
import type { Service } from '../support/service.js';

let beamline: Beamline;
let config: string;

beforeEach(async () => {
  beamline = await Beamline.prepare();
  config = join(beamline.folder, 'config.json');
});

afterEach(() => beamline.clear());

/** Whether the process catches SIGHUP, which is the first of the signals. */
function outlivesHangup({ child }: Service): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
  return (BigInt(`0x${caught![1]}`) & 1n) === 1n;
}

/** Sends SIGHUP again and again until a service has said something. */
async function hangUpUntil(service: Service, message: string): Promise<void> {
  await poll(() => outlivesHangup(service) || undefined);
  const heard = { end: false };
  const end = service.logged(message).finally(() => (heard.end = true));
  while (!heard.end) {
    service.child.kill('SIGHUP');
    await sleep(5);
  }
  await end;
}

describe('SIGHUP', () => {
  it('has a broker read channel list and log level again, and ends it at no moment', async () => {
    const list = join(beamline.folder, 'channels.txt');
    writeFileSync(list, 'A\nB\n');
    writeFileSync(config, '{}');
    const broker = beamline.run(
      ...[...beamline.brokerArguments(), '--channels_file', list, '--config', config],
    );
    await hangUpUntil(broker, 'takes acquisitions');

    // At once: the last of those signals may have it read just now.
    writeFileSync(`${list}.new`, 'B\nC\nD\n');
    renameSync(`${list}.new`, list);
    writeFileSync(config, '{"log_level": "debug", "rest_port": 1}');
    broker.child.kill('SIGHUP');
    expect(await broker.event(({ channels }) => channels === 3)).toMatchObject({
      msg: 'channel list read',
      channels_added: 2,
      channels_removed: 1,
    });
    await broker.event(({ log_level }) => log_level === 'DEBUG');

    writeFileSync(config, '{"log_level": "loud"}');
    broker.child.kill('SIGHUP');
    const refused = await broker.logged("settings can't be read again; those in force stay");
    expect(refused.reason).toContain(`log_level in ${config} must be one of DEBUG`);
    expect((await call('GET', `${beamline.url}/log_level`)).json.log_level).toBe('DEBUG');
    expect(await broker.end()).toBe(0);
  });

  it('has a writer read its log level again, and ends it at no moment', async () => {
    writeFileSync(config, '{}');
    const writer = beamline.run(
      ...['writer', beamline.stream, ...beamline.writerFlags(), '--config', config],
    );
    await hangUpUntil(writer, 'takes requests');
    writeFileSync(config, '{"log_level": "DEBUG", "retries": 3, "data_wait": 1}');
    writer.child.kill('SIGHUP');
    expect(
      await writer.event(({ restart_needed_for: names }) => names !== undefined),
    ).toMatchObject({
      msg: 'settings read again',
      log_level: 'DEBUG',
      restart_needed_for: 'data_wait, retries',
    });
    expect(await writer.end()).toBe(0);
  });

  it('ends what runs in a terminal as SIGTERM does', async () => {
    const start = beamline.run(
      ...['start', '--rest_port', String(beamline.restPort)],
      ...['--output_port', '0', '--port', '0'],
    );
    await start.until(() => start.output.includes('Ctrl-C') || undefined);
    await poll(() => outlivesHangup(start) || undefined);
    start.child.kill('SIGHUP');
    start.child.kill('SIGHUP');
    expect(await start.exitCode()).toBe(0);
    expect(start.events).toContainEqual(expect.objectContaining({ msg: 'stopped' }));
  });
});
