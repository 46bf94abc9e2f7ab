import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyOf } from '../src/writer/data-api.fixture.js';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { poll } from './support/poll.js';
import type { LogEvent, Service } from './support/service.js';

const PASSWORD = 'f8!kQz';
const CREDENTIALS = `reader:${encodeURIComponent(PASSWORD)}`;
const ALLOWED = `Basic ${Buffer.from(`reader:${PASSWORD}`).toString('base64')}`;

const keys = { data: [] as unknown[], epics: [] as unknown[] };

/** Gives data to whoever has the password, but for channels that are out of order. */
const server = createServer((query: IncomingMessage, response: ServerResponse) => {
  const isEpics = query.method === 'PUT';
  keys[isEpics ? 'epics' : 'data'].push(query.headers.authorization);
  let body = '';
  query.on('data', (chunk) => (body += chunk));
  query.on('end', () => {
    if (isEpics) response.writeHead(500).end();
    else if (query.headers.authorization !== ALLOWED) response.writeHead(401).end();
    else if (body.includes('BROKEN')) response.writeHead(404).end('no such channel');
    else if (body.includes('GARBLED')) response.end('[{');
    else response.end(replyOf({ name: 'A', values: [1, 2] }));
  });
});

let beamline: Beamline;
let broker: Service;
let writer: Service;

const logged = (service: Service, msg: string): LogEvent[] =>
  service.events.filter((event) => event.msg === msg);

async function settled(count: number): Promise<Record<string, unknown>[]> {
  return poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests`);
    const requests = json.requests as Record<string, unknown>[];
    const ended = requests.filter(({ state }) => state === 'written' || state === 'failed');
    return ended.length === count ? ended : undefined;
  });
}

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  beamline = await Beamline.prepare();
  const url = `http://${CREDENTIALS}@127.0.0.1:${port}`;
  [broker, writer] = await Promise.all([
    beamline.broker('--epics_writer_url', `${url}/notify`),
    beamline.writer('--log_level', 'DEBUG', '--retries', '1', '--data_api_url', `${url}/query`),
  ]);
});

afterAll(async () => {
  await beamline.clear();
  server.close();
});

// Every line is held to the vocabulary where it is read, here and in all other specs: see Service.
describe('the log of broker and writer', () => {
  it('has more or less in it without a restart', async () => {
    const levelOf = async () => (await call('GET', `${beamline.url}/log_level`)).json.log_level;
    const change = async (level: string) =>
      (await call('PUT', `${beamline.url}/log_level/${level}`)).json;
    expect(await levelOf()).toBe('INFO');
    expect(await change('warning')).toEqual({
      state: 'ok',
      status: 'stopped',
      log_level: 'WARNING',
    });
    expect(await levelOf()).toBe('WARNING');
    expect(logged(broker, 'call answered')).toEqual([]);
    await change('DEBUG');
    await levelOf();
    await broker.event(({ path, http_status }) => path === '/log_level' && http_status === 200);

    const changes = () => logged(broker, 'log level changed').map(({ log_level }) => log_level);
    broker.child.kill('SIGUSR2');
    await broker.event(({ log_level }) => log_level === 'INFO');
    broker.child.kill('SIGUSR2');
    await broker.until(() => changes().length === 4 || undefined);
    expect(changes()).toEqual(['WARNING', 'DEBUG', 'INFO', 'DEBUG']);
    writer.child.kill('SIGUSR2');
    await writer.event(({ log_level }) => log_level === 'INFO');
    writer.child.kill('SIGUSR2');
    await writer.event(({ log_level }) => log_level === 'DEBUG');
  });

  it('names the request in each line that has to do with one', async () => {
    for (const [name, channel] of [
      ['a.h5', 'A'],
      ['broken.h5', 'BROKEN'],
      ['garbled.h5', 'GARBLED'],
    ]) {
      await acquire(beamline.url, parametersFor(beamline.file(name), [channel]), 1, 2);
    }
    const requests = await settled(3);
    await broker.event(({ msg }) => msg === 'EPICS writer could not be notified');
    for (const { request_id, output_file, state } of requests) {
      const lines = (service: Service) =>
        service.events.filter((event) => event.request_id === request_id).map(({ msg }) => msg);
      expect(lines(broker)).toEqual(
        expect.arrayContaining([
          'parameters accepted',
          'start',
          'request recorded',
          `request ${String(state)}`,
        ]),
      );
      expect(lines(writer)).toEqual(
        expect.arrayContaining(['request received', 'try begins', 'report sent']),
      );
      const events = [...broker.events, ...writer.events];
      const nameless = events.filter(
        (event) => event.output_file === output_file && event.request_id !== request_id,
      );
      expect(nameless).toEqual([]);
    }
    const failed = [logged(broker, 'request failed'), logged(writer, 'request failed')].flat();
    expect(failed.map(({ code }) => String(code)).sort()).toEqual([
      'http_status',
      'http_status',
      'truncated_reply',
      'truncated_reply',
    ]);
  });

  it('has no password in it, nor has any file or reply', async () => {
    expect(new Set(keys.data)).toEqual(new Set([ALLOWED]));
    expect(new Set(keys.epics)).toEqual(new Set([ALLOWED]));
    const paths = (await settled(3)).map(({ request_id }) => `/requests/${String(request_id)}`);
    const replies = await Promise.all(
      ['/requests', '/statistics', ...paths].map((path) => call('GET', beamline.url + path)),
    );
    await Promise.all([writer.end(), broker.end()]);
    const files = readdirSync(beamline.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(beamline.folder, name))
      .filter((path) => statSync(path).isFile());
    expect(files).toContain(beamline.file('broken.h5.err'));
    expect(files).toContain(`${beamline.trail}.outcomes`);
    const said = [broker.said, writer.said, ...replies.map(({ text }) => text)];
    const all = [...said, ...files.map((path) => readFileSync(path, 'latin1'))];
    expect(said[1]).toContain('http://***@127.0.0.1');
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), ALLOWED.slice(6)]) {
      expect(all.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
