import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { appeared } from './support/hdf5.js';
import { poll } from './support/poll.js';
import type { Service } from './support/service.js';

const TOKENS = ['s3cret-first-token', 's3cret-second-token'];
const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';

let beamline: Beamline;
let gateway: Server;
let url: string;
let headersFile: string;
let token = TOKENS[0];
let writer: Service;
let broker: Service;
const passed: string[] = [];

/** In front of the simulator; lets those in who have the token, and quotes what others have. */
function newGateway(port: number): Server {
  return createServer((asked, reply) => {
    const { method, url: path, headers } = asked;
    if (headers.authorization !== `Bearer ${token}`) {
      reply.writeHead(401).end(`not for ${headers.authorization}`);
      return;
    }
    passed.push(`${method} ${path!.replace(/requestStatus.*/, 'requestStatus')}`);
    const onward = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      reply.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(reply);
    });
    asked.pipe(onward);
  });
}

/** As those do that renew tokens. */
function renew(value: string): void {
  writeFileSync(`${headersFile}.new`, `# of the gateway\nAuthorization: Bearer ${value}\n`, {
    mode: 0o600,
  });
  renameSync(`${headersFile}.new`, headersFile);
}

async function acquireFile(name: string, pulse: number, channels = ['SIMULATOR-PULSE-ID']) {
  await acquire(beamline.url, parametersFor(beamline.file(name), channels), pulse, pulse + 1);
}

beforeAll(async () => {
  beamline = await Beamline.prepare();
  gateway = newGateway(beamline.dataPort);
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  headersFile = join(beamline.folder, 'headers');
  renew(TOKENS[0]);
  const own = ['--data_api_headers_file', headersFile, '--log_level', 'DEBUG'];
  [broker, writer] = await Promise.all([
    beamline.broker('--channel_search_url', url, ...own),
    beamline.writer(
      ...['--data_api_url', `${url}/query`, '--image_api_url', url, ...own],
      ...['--retries', '0', '--heartbeat', '0.2'],
    ),
  ]);
});

afterAll(async () => {
  await beamline.clear();
  gateway.closeAllConnections();
  gateway.close();
});

it('a token goes along with all that broker and writer ask', async () => {
  await acquireFile('a.h5', 100, ['SIMULATOR-PULSE-ID', CAMERA]);
  await appeared(beamline.file('a.h5'));
  await appeared(beamline.file('a.IMAGES.h5'));
  expect(await (await fetch(`${beamline.url}/channels?search=pulse-id`)).json()).toMatchObject({
    channels: [{ name: 'SIMULATOR-PULSE-ID' }],
  });
  expect(new Set(passed)).toEqual(
    new Set(['POST /query', 'POST /query/mapping', 'GET /requestStatus', 'POST /channels']),
  );
});

it('files come by themselves when a token that had expired is renewed', async () => {
  token = TOKENS[1];
  for (const [i, name] of ['b.h5', 'c.h5', 'd.h5'].entries()) await acquireFile(name, 200 + 10 * i);
  const healing = `${beamline.url}/requests?healing=true`;
  const failed = await poll(async () => {
    const { requests } = (await call('GET', healing)).json as { requests: { failure: object }[] };
    return requests.length === 3 ? requests : undefined;
  });
  const message = `HTTP 401: not for ***; it does not accept the headers in --data_api_headers_file ${headersFile}`;
  expect(failed[0].failure).toMatchObject({
    ...{ code: 'http_status', passes: true, message: expect.stringContaining(message) },
  });
  expect(readFileSync(beamline.file('b.h5.err'), 'utf8')).not.toContain('s3cret');
  const { problem } = (await call('GET', `${beamline.url}/channels?search=x`)).json;
  expect(problem).toContain(`HTTP status 401; it does not accept the headers in`);
  rmSync(headersFile);
  const gone = (await call('GET', `${beamline.url}/channels?search=x`)).json.problem;
  expect(gone).toContain(`--data_api_headers_file ${headersFile} can't be used: it does not exist`);
  renew(TOKENS[1]);
  for (const name of ['b.h5', 'c.h5', 'd.h5']) await appeared(beamline.file(name));
});

it('headers that others may read are a warning, once', async () => {
  chmodSync(headersFile, 0o644);
  for (const [i, name] of ['e.h5', 'f.h5'].entries()) {
    await acquireFile(name, 300 + 10 * i);
    await appeared(beamline.file(name));
    await call('GET', `${beamline.url}/channels?search=x`);
  }
  await writer.event(({ output_file }) => output_file === beamline.file('f.h5'));
  for (const { events } of [broker, writer]) {
    const warnings = events.filter(({ msg }) => msg === 'needs attention');
    expect(warnings.map(({ error }) => error)).toEqual([
      `--data_api_headers_file may be read or written by others, its mode is 0644: chmod o= '${headersFile}', and renew what is in it`,
    ]);
  }
});

it('a token is in nothing that is logged or answered', async () => {
  const answers = await Promise.all(
    ['requests', 'statistics', 'metrics', 'status'].map((path) =>
      fetch(`${beamline.url}/${path}`).then((reply) => reply.text()),
    ),
  );
  const environments = [broker, writer].map(({ child }) =>
    ['environ', 'cmdline'].map((name) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8')),
  );
  const trail = ['', '.outcomes'].map((end) => readFileSync(beamline.trail + end, 'utf8'));
  const said = [broker.said, writer.said, ...answers, ...environments.flat(), ...trail];
  expect(said.filter((text) => text.includes('s3cret'))).toEqual([]);
  expect(writer.said).toContain(headersFile);
});

it('a writer does not start with headers that can not be sent, and says which', async () => {
  writeFileSync(headersFile, 'Authorization: Bearer x\nHost: s3cret\n');
  const flags = [...beamline.writerFlags(), '--data_api_headers_file', headersFile];
  const wrong = beamline.run('writer', beamline.stream, ...flags, '--log_format', 'text');
  expect(await wrong.exitCode()).toBe(1);
  expect(wrong.said).toContain(
    `--data_api_headers_file ${headersFile} can't be used: line 2 has Host, which each call has of its own`,
  );
  expect(wrong.said).not.toContain('s3cret');
});
