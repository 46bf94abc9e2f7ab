import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { poll } from '../support/poll.js';
import type { Service } from '../support/service.js';
import { ESCAPE, hasTerminals, Terminal } from '../support/terminal.js';

// Its data buffer starts when a test says so.
let beamline: Beamline;
let broker: Service;

const startBroker = () => beamline.broker('--lease', '2');
const startWriter = () => beamline.writer('--heartbeat', '0.2', '--retries', '0');

beforeAll(async () => {
  beamline = await Beamline.withoutData();
  [broker] = await Promise.all([startBroker(), startWriter(), startWriter()]);
});

afterAll(() => beamline.clear());

const status = (file: string) => beamline.run('status', file, '--broker_url', beamline.url);
const acquireTo = (name: string) =>
  acquire(beamline.url, parametersFor(beamline.file(name), ['SIMULATOR-PULSE-ID']), 1, 100);

/** The id of the newest request for a file. */
async function newest(name: string): Promise<string> {
  const { json } = await call('GET', `${beamline.url}/requests?limit=1&output_file=${name}`);
  return (json.requests as { request_id: string }[])[0].request_id;
}

async function healing(name: string): Promise<void> {
  await poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests?output_file=${name}&healing=true`);
    return (json.requests as unknown[]).length === 1 ? true : undefined;
  });
}

describe('status of a request', () => {
  it('ends with 1 where there will be no file', async () => {
    await acquireTo('c.h5');
    await healing('c.h5');
    const waiting = status('c.h5');
    await waiting.until(() => waiting.messages.includes('is waited for') || undefined);
    await call('DELETE', `${beamline.url}/requests/${await newest('c.h5')}`);
    expect(await waiting.exitCode()).toBe(1);
    expect(waiting.output).toMatch(/^cancelled {2}\S+c\.h5 [^\n]*\n {2}it is never sent\n$/);
  });

  // One that is just being tried when the data comes back has to wait for its next turn, two minutes later.
  it('waits for one that heals, through an end of the broker, until its file is there', async () => {
    for (const name of ['a.h5', '1.h5', '2.h5', '3.h5']) await acquireTo(name);
    await healing('a.h5');
    await broker.event(({ msg }) => msg.includes('is down'));
    const waiting = status('a.h5');
    await waiting.until(
      () =>
        /^a\.h5 failed, and is waited for: tried again at /m.test(waiting.messages) || undefined,
    );
    await broker.end('SIGKILL');
    await waiting.until(() => waiting.messages.includes('does not answer (') || undefined);
    broker = await startBroker();
    await beamline.simulator();
    // What is written tells the broker that the data is back.
    await acquireTo('b.h5');
    await waiting.succeeds();
    const file = beamline.file('a.h5');
    expect(waiting.output).toMatch(RegExp(`^written  ${file}  1 channel, 100 rows, .*MB, .*s\n$`));
  }, 200_000);
});

describe.skipIf(!hasTerminals)('status --watch on a terminal', () => {
  it('draws in place, shows that the broker has gone and is back, and leaves at Ctrl-C', async () => {
    const terminal = new Terminal('status', '--watch', '--broker_url', beamline.url);
    await terminal.shows('Last requests');
    expect(terminal.text.startsWith(`${ESCAPE}[?1049h`)).toBe(true);
    await poll(() => terminal.text.includes(`${ESCAPE}[32mwritten`) || undefined);
    await broker.end('SIGKILL');
    await terminal.shows(`${beamline.url} has not answered for`);
    await terminal.shows('a.h5');
    expect(terminal.lines.length).toBeLessThanOrEqual(24);
    broker = await startBroker();
    await poll(() => (terminal.lines[0].startsWith('SF DataBuffer') ? true : undefined));
    terminal.type('\u0003');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.text.endsWith(`${ESCAPE}[?25h${ESCAPE}[?1049l`)).toBe(true);
  });
});
