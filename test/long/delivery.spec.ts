import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { poll } from '../support/poll.js';
import type { Service } from '../support/service.js';

interface Request {
  readonly request_id: string;
  readonly state: string;
  readonly attempt: number;
  readonly writer_id?: string;
  readonly output_file: string;
  readonly history?: readonly { readonly state: string }[];
}

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

const startBroker = () => beamline.broker('--lease', '1');
const startWriter = () => beamline.writer('--heartbeat', '0.2', '--shutdown_grace', '0.2');

async function requestFor(file: string, state: string): Promise<Request> {
  return poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests`);
    const found = (json.requests as Request[]).find((request) => request.output_file === file);
    return found?.state === state ? found : undefined;
  });
}

/** The first reply with the data of such a channel comes to a halt halfway. */
async function acquireHalting(name: string): Promise<string> {
  const file = beamline.file(`${name}.h5`);
  const stalling = `SIMULATOR-FAULT-STALL-1-${randomUUID()}`;
  const parameters = parametersFor(file, ['SIMULATOR-PULSE-ID', stalling]);
  await acquire(beamline.url, parameters, 1, 100);
  return file;
}

describe('a request that was accepted', () => {
  it('becomes a file, whichever process is killed or told to end meanwhile', async () => {
    const [broker, ...writers] = await Promise.all([startBroker(), startWriter(), startWriter()]);
    const holderOf = ({ writer_id: id }: Request): Service =>
      writers.slice(0, 2).find(({ child }) => id!.includes(`-${child.pid}-`))!;

    const first = await acquireHalting('first');
    const other = beamline.file('other.h5');
    await acquire(beamline.url, parametersFor(other, ['SIMULATOR-PULSE-ID']), 1, 100);
    await requestFor(other, 'written');
    const held = await requestFor(first, 'writing');
    await broker.end('SIGKILL');
    await startBroker();
    const claimed = await requestFor(first, 'writing');
    expect(claimed).toMatchObject({ attempt: 1, writer_id: held.writer_id });
    await requestFor(other, 'written');

    await holderOf(held).end('SIGKILL');
    expect(existsSync(first)).toBe(false);
    expect((await requestFor(first, 'written')).attempt).toBe(2);
    expect(existsSync(first)).toBe(true);

    const second = await acquireHalting('second');
    const returned = await requestFor(second, 'writing');
    const ending = holderOf(returned);
    // Removes what the killed one left behind, too.
    await startWriter();
    const ended = ending.end('SIGTERM');
    await ending.logged('shutting down');
    expect(await Promise.all([ended, ending.end('SIGTERM')])).toEqual([0, 0]);
    const { request_id: id } = await requestFor(second, 'written');
    const { json } = await call('GET', `${beamline.url}/requests/${id}`);
    const { history } = json.request as Request;
    expect(history!.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['queued', 'sent', 'writing', 'returned', 'written']),
    );
    expect(readdirSync(beamline.output).sort()).toEqual(['first.h5', 'other.h5', 'second.h5']);
  });
});
