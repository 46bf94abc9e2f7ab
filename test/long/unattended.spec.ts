import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { poll } from '../support/poll.js';
import type { Service } from '../support/service.js';

interface Request {
  readonly request_id: string;
  readonly state: string;
  readonly time: number;
  readonly writer_id?: string;
  readonly output_file: string;
  readonly next_attempt?: number;
  readonly deaths?: number;
  readonly failure?: { readonly code: string };
}

let beamline: Beamline;

afterEach(() => beamline.clear());

const CHANNELS = ['SIMULATOR-PULSE-ID'];
const startBroker = (...args: string[]) => beamline.broker('--lease', '2', ...args);
const startWriter = (...args: string[]) =>
  beamline.writer('--heartbeat', '0.2', '--shutdown_grace', '0.2', ...args);

/** One whose folders are not those of the requests. */
async function startElsewhere(): Promise<void> {
  const { stream, dataApi, folder, state } = beamline;
  const flags = ['--data_api_url', dataApi, '--state_dir', state, '--heartbeat', '0.2'];
  const writer = beamline.run(
    ...['writer', stream, ...flags, '--output_root', join(folder, 'elsewhere')],
  );
  await writer.logged('takes requests');
}

const acquireTo = (name: string, channels = CHANNELS) =>
  acquire(beamline.url, parametersFor(beamline.file(name), channels), 1, 100);

/** Its first replies come to a halt halfway. */
const stalling = (times: number) => `SIMULATOR-FAULT-STALL-${times}-${randomUUID()}`;

async function requests(): Promise<Request[]> {
  const { json } = await call('GET', `${beamline.url}/requests`);
  return json.requests as Request[];
}

async function requestFor(name: string): Promise<Request> {
  const file = beamline.file(name);
  return (await requests()).find((request) => request.output_file === file)!;
}

const comesTo = (name: string, ...states: string[]) =>
  poll(async () => {
    const request = await requestFor(name);
    return states.includes(request?.state) ? request : undefined;
  });

const allWritten = (count: number) =>
  poll(async () => {
    const written = (await requests()).filter(({ state }) => state === 'written');
    return written.length === count ? written : undefined;
  });

/** Error files beside output files, and those that had no place there. */
function errorFiles(): string[] {
  const failed = join(beamline.state, 'failed');
  return [beamline.output, failed]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map(String))
    .filter((name) => name.endsWith('.err'));
}

describe('without anybody at night', () => {
  it('requests of an outage are written when the data is back, and no error file stays', async () => {
    beamline = await Beamline.withoutData();
    const [broker] = await Promise.all([
      startBroker(),
      startWriter('--retries', '0'),
      startWriter('--retries', '0'),
    ]);
    const names = [0, 1, 2, 3].map((n) => `${n}.h5`);
    for (const name of names) await acquireTo(name);
    await poll(async () => {
      const failed = (await requests()).filter(({ next_attempt: next }) => next !== undefined);
      return failed.length >= 3 ? failed : undefined;
    });
    const down = await broker.event(({ msg }) => msg.includes('is down'));
    expect(down).toMatchObject({ level: 'ERROR' });
    expect(errorFiles().length).toBeGreaterThanOrEqual(3);
    await broker.end('SIGKILL');
    await startBroker();
    await beamline.simulator();
    await acquireTo('later.h5');
    await allWritten(5);
    await poll(async () => errorFiles().length === 0 || undefined);
  });

  it('a request that its writers die of ends, and takes nobody with it', async () => {
    beamline = await Beamline.prepare();
    let writers: Service[] = [];
    const [, ...started] = await Promise.all([startBroker(), startWriter(), startWriter()]);
    writers = started;
    await acquireTo('deadly.h5', [...CHANNELS, stalling(50)]);
    await acquireTo('neighbour.h5');
    await allWritten(1);
    // A writer may have it for the sixth time before it is known what the fifth one died of.
    for (;;) {
      const { state, writer_id: id } = await comesTo('deadly.h5', 'writing', 'failed');
      if (state === 'failed') break;
      const holder = writers.find(({ child }) => id!.includes(`-${child.pid}-`));
      // Of the one that was killed just now.
      if (!holder) continue;
      await holder.end('SIGKILL');
      writers = [...writers.filter((each) => each !== holder), await startWriter()];
    }
    const { deaths, ...deadly } = await requestFor('deadly.h5');
    expect(deaths).toBeGreaterThanOrEqual(5);
    expect(deadly).toMatchObject({
      failure: { code: 'writer_lost' },
      next_attempt: expect.any(Number),
    });
    expect(existsSync(`${beamline.file('deadly.h5')}.err`)).toBe(true);
    expect(await requestFor('neighbour.h5')).not.toHaveProperty('deaths');
  });

  it('a writer that can do nothing fails nothing, and gets no more', async () => {
    beamline = await Beamline.prepare();
    const [broker] = await Promise.all([startBroker(), startWriter(), startElsewhere()]);
    for (let n = 0; n < 12; n++) await acquireTo(`${n}.h5`);
    await allWritten(12);
    await broker.event(({ msg }) => msg.startsWith('writer gets no more requests'));
    expect(errorFiles()).toEqual([]);
  });

  it('a long job keeps nobody waiting', async () => {
    beamline = await Beamline.prepare();
    const oneSlot = ['--concurrency', '1'];
    await Promise.all([startBroker(), startWriter(...oneSlot), startWriter(...oneSlot)]);
    await acquireTo('long.h5', [...CHANNELS, stalling(1)]);
    await comesTo('long.h5', 'writing');
    for (let n = 0; n < 6; n++) await acquireTo(`${n}.h5`);
    await allWritten(6);
    expect((await requestFor('long.h5')).state).toBe('writing');
  });

  it('what the beamline asks for goes before what is acquired again', async () => {
    beamline = await Beamline.prepare();
    await startBroker();
    await acquireTo('first.h5');
    const [first] = await requests();
    expect((await requests()).map(({ state }) => state)).toEqual(['queued']);
    const replays = ['a.h5', 'b.h5', 'c.h5', 'd.h5', 'e.h5'];
    for (const name of replays) {
      const parameters = JSON.stringify(parametersFor(beamline.file(name), CHANNELS));
      const range = { startPulseId: 1, endPulseId: 100 };
      const query = JSON.stringify({ channels: CHANNELS, range });
      const body = { data_api_request: query, parameters, timestamp: 1 };
      await call('POST', `${beamline.url}/requests`, body);
    }
    await acquireTo('live.h5');
    await startWriter('--concurrency', '1');
    const written = await allWritten(7);
    const order = written.toSorted((a, b) => a.time - b.time).map((each) => each.output_file);
    const files = ['first.h5', 'live.h5', ...replays].map((name) => beamline.file(name));
    expect(order).toEqual(files);
    expect(order[0]).toBe(first.output_file);
  });
});
