import { writeFileSync } from 'node:fs';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSimulator } from '../../databuffer/simulator/create-simulator.js';
import { BrokerFixture } from '../broker.fixture.js';
import type { ChannelsReply } from './replies.js';

let broker: BrokerFixture;
let simulator: INestApplication | undefined;

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(async () => {
  await broker.remove();
  await simulator?.close();
  simulator = undefined;
});

async function dataApi(): Promise<string> {
  simulator = await createSimulator();
  await simulator.listen(0, '127.0.0.1');
  const { port } = simulator.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

function list(...names: string[]): string {
  const file = join(broker.folder, 'channels.txt');
  writeFileSync(file, names.join('\n'));
  return file;
}

async function find(query: string): Promise<ChannelsReply> {
  return (await broker.call('GET', `/channels${query}`)).json as unknown as ChannelsReply;
}

it('finds channels of the list and of the data API, whatever the case of their letters', async () => {
  await broker.start({
    channels_file: list('OTHER', 'SIMULATOR-PULSE-ID', 'my-simulator-pulse'),
    channel_search_url: await dataApi(),
  });
  const { channels, more, problem } = await find('?search=Simulator-pulse');
  expect(channels.slice(0, 2)).toEqual([
    { name: 'SIMULATOR-PULSE-ID', backend: 'sf-databuffer', source: 'list' },
    { name: 'my-simulator-pulse', source: 'list' },
  ]);
  expect({ more, problem }).toEqual({ more: false, problem: undefined });
  const known = await find('?search=camera');
  expect(known.channels).toContainEqual({
    name: 'SIMULATOR-CAMERA-SMALL:FPICTURE',
    backend: 'sf-imagebuffer',
    source: 'data_api',
  });
  expect(await find('?search=a.*b')).toMatchObject({ channels: [], more: false });
  expect(await find('?search=simulator&limit=2')).toMatchObject({ more: true });
});

it('searches data API 4 where the URL ends so', async () => {
  await broker.start({ channel_search_url: `${await dataApi()}/api/4/` });
  // Only that one knows it.
  expect(await find('?search=ulator-ENUM')).toMatchObject({
    channels: [{ name: 'SIMULATOR-ENUM', backend: 'sf-databuffer', source: 'data_api' }],
    more: false,
  });
  expect(await find('?search=a.*b')).toMatchObject({ channels: [], more: false });
  expect((await find('')).channels.length).toBeGreaterThan(40);
});

it.each([
  ['[]', 'its answer has no list of channels'],
  ['{"channels":[{"name":"Ba","backend":"b"},{"name":"C"},{"backend":"b"},7,null]}', undefined],
])('takes of the answer %s what are channels', async (answer, problem) => {
  const server = createServer((_request, response) => response.end(answer));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await broker.start({ channel_search_url: `http://127.0.0.1:${port}/api/4` });
  const found = await find('?search=a');
  if (problem) expect(found.problem).toContain(problem);
  else
    expect(found.channels).toEqual([
      { name: 'Ba', backend: 'b', source: 'data_api' },
      { name: 'C', source: 'data_api' },
    ]);
  server.closeAllConnections();
  server.close();
});

it('finds nothing where nothing can be searched', async () => {
  await broker.start();
  expect(await find('?search=a')).toMatchObject({ channels: [], more: false });
});

it('has what the list has where the data API can not be asked, and says so', async () => {
  await broker.start({
    channels_file: list('A'),
    channel_search_url: 'http://me:secret@127.0.0.1:1/',
  });
  const { channels, problem } = await find('');
  expect(channels).toEqual([{ name: 'A', source: 'list' }]);
  expect(problem).toContain('The data API at http://***@127.0.0.1:1/ could not be searched');
});

it('asks the data API for a few at once, and says so to the others', async () => {
  const asked: ServerResponse[] = [];
  const server = createServer((_request, response) => asked.push(response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await broker.start({
    channels_file: list('A'),
    channel_search_url: `http://127.0.0.1:${port}`,
  });
  const searches = Array.from({ length: 4 }, () => find('?search=a'));
  await expect.poll(() => asked.length, { timeout: 4000 }).toBe(4);
  const { channels, problem } = await find('?search=a');
  expect(channels).toEqual([{ name: 'A', source: 'list' }]);
  expect(problem).toContain('it is busy with other searches, try again');
  for (const response of asked.splice(0)) response.end('[{"backend":"b","channels":["Ba"]}]');
  for (const search of searches) {
    const found = await search;
    expect(found.channels.map(({ name }) => name)).toEqual(['A', 'Ba']);
  }
  server.closeAllConnections();
  server.close();
});

it.each([
  ['', '--data_api_headers_file names a file with the token that it wants'],
  ['me:wrong@', 'it does not accept user and password of the URL'],
])('says what a data API wants that refuses it: %s', async (user, remedy) => {
  const server = createServer((_request, response) => response.writeHead(401).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await broker.start({ channel_search_url: `http://${user}127.0.0.1:${port}` });
  expect((await find('?search=x')).problem).toContain(`HTTP status 401; ${remedy}`);
  server.closeAllConnections();
  server.close();
});

it('starts without the headers that the data API wants, and says what is missing', async () => {
  const data_api_headers_file = join(broker.folder, 'headers');
  await broker.start({
    channels_file: list('A'),
    channel_search_url: 'http://127.0.0.1:1/',
    data_api_headers_file,
  });
  const { channels, problem } = await find('');
  expect(channels).toEqual([{ name: 'A', source: 'list' }]);
  expect(problem).toContain(`--data_api_headers_file ${data_api_headers_file} can't be used`);
});
