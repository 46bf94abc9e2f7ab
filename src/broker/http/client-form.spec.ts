import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, Logger, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerSettings } from '../../config/broker-settings.js';
import { loadSettings } from '../../config/load-settings.js';
import { parseLogLine } from '../../logging/log-line.fixture.js';
import { LogWriter } from '../../logging/log-writer.js';
import { InvalidParameters, RequestError } from '../../request/errors.js';
import { ProcessModule } from '../process/process.module.js';
import { ClientForm } from './client-form.js';
import { CsrfGuard } from './csrf.guard.js';
import { UnknownNetwork } from '../runs/errors.js';
import { HttpModule } from './http.module.js';
import { OptionalJsonBody } from './json-body.js';
import { prepareCalls } from './prepare-calls.js';
import { BODY_LIMIT } from './request-body.js';

class MissingList extends RequestError {
  readonly code = 'missing_list';
  readonly clientException = 'FileNotFoundError';
}

const FAILURES: Readonly<Record<string, Error>> = {
  check: new InvalidParameters([{ field: 'pgroup', problem: 'is missing' }]),
  network: new UnknownNetwork('10.1.2.3', ['alvra']),
  named: new MissingList('gone'),
  unforeseen: new Error('secret'),
};

@Controller()
@ClientForm()
class ClientCalls {
  @Get('read')
  read(@OptionalJsonBody() body: unknown) {
    return { message: '7', run_number: 7, body: body ?? null };
  }

  @Get(['advance', 'next'])
  @UseGuards(CsrfGuard)
  advance() {
    return { message: '8' };
  }

  @Post('retrieve')
  retrieve(@OptionalJsonBody() body: Record<string, string>) {
    if (body.failure) throw FAILURES[body.failure];
    return { status: 'error', message: 'some failed', body };
  }
}

@Controller()
class OtherCalls {
  @Get('other')
  read(@Body() _body: unknown) {
    return '{}';
  }
}

const log: Record<string, unknown>[] = [];
let app: NestExpressApplication;
let port: number;

beforeAll(async () => {
  const write = (text: string) => {
    for (const line of text.trimEnd().split('\n')) log.push(parseLogLine(line));
  };
  const writer = new LogWriter('INFO', 'json', { write });
  Logger.overrideLogger(writer);
  const settings = loadSettings(BrokerSettings, {
    flags: { calls_per_second: '2' },
    environment: {},
  });
  @Module({
    imports: [ProcessModule.forRoot(settings, writer), HttpModule],
    controllers: [ClientCalls, OtherCalls],
  })
  class Calls {}
  app = await NestFactory.create<NestExpressApplication>(Calls, { bodyParser: false });
  prepareCalls(app, settings, writer);
  await app.listen(0, '127.0.0.1');
  ({ port } = app.getHttpServer().address() as AddressInfo);
});

afterAll(() => app.close());

const JSON_TYPE = { 'Content-Type': 'application/json' };

function call(
  method: string,
  path: string,
  body: string | Buffer = '',
  headers: Record<string, string> = JSON_TYPE,
): Promise<{ status: number; allow?: string; json: unknown; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { method, path, port, host: '127.0.0.1' };
    const length = body.length > 0 ? { 'Content-Length': String(Buffer.byteLength(body)) } : {};
    const outgoing = httpRequest({ ...options, headers: { ...headers, ...length } }, (reply) => {
      let text = '';
      reply.on('data', (chunk) => (text += String(chunk)));
      reply.on('end', () => {
        const json: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
        resolve({ status: reply.statusCode!, allow: reply.headers.allow, json, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const failed = (exception: string, message: RegExp, status = 200) => ({
  status,
  json: { status: 'error', message: expect.stringMatching(message) as string, exception },
});

describe("replies in the clients' form", () => {
  it.each([
    ['GET', '', {}, null],
    ['GET', '', JSON_TYPE, null],
    ['GET', '{}', JSON_TYPE, {}],
    ['GET', '{"pgroup":"p1"}', JSON_TYPE, { pgroup: 'p1' }],
    ['POST', '{"pgroup":"p1"}', JSON_TYPE, { pgroup: 'p1' }],
    ['POST', '', {}, null],
  ])('%s with the body %j', async (method, body, headers, read) => {
    const reply = await call(method, '/read', body, headers);
    expect(reply).toMatchObject({
      status: 200,
      json: { status: 'ok', message: '7', run_number: 7, body: read },
    });
    expect(reply.text).toMatch(/^\{"status":"ok","message":"7"/);
  });

  it('may say that something failed, and keep numbers as they came', async () => {
    const { status, text } = await call('POST', '/retrieve', '{"id":9007199254740993}');
    expect(status).toBe(200);
    expect(text).toBe('{"status":"error","message":"some failed","body":{"id":9007199254740993}}');
  });
});

describe("errors in the clients' form", () => {
  it.each([
    ['check', 'ValidationError', /pgroup is missing/],
    ['network', 'ValueError', /10\.1\.2\.3, .* networks \(alvra\)/],
    ['named', 'FileNotFoundError', /^gone$/],
    ['unforeseen', 'RuntimeError', /its log says why/],
  ])('%s', async (failure, exception, message) => {
    const reply = await call('POST', '/retrieve', JSON.stringify({ failure }));
    expect(reply).toMatchObject(failed(exception, message));
  });

  it.each([
    ['JSON', '{"a":', JSON_TYPE, /can't be read as JSON/],
    ['JSON', '{}', { 'Content-Type': 'text/html' }, /comes as 'text\/html'/],
    ['JSON', Buffer.from([0x22, 0xff, 0x22]), JSON_TYPE, /can't be read as JSON/],
    ['size', Buffer.alloc(BODY_LIMIT + 1), JSON_TYPE, /larger than 16777216 bytes/],
    ['depth', '['.repeat(5000) + ']'.repeat(5000), JSON_TYPE, /JSON: it /],
  ])('of %s', async (_what, body, headers, message) => {
    const reply = await call('POST', '/retrieve', body, headers);
    expect(reply).toMatchObject(failed('HTTPError', message));
  });

  it.each([
    ['GET', '/retrieve', 'POST'],
    ['PUT', '/RETRIEVE/', 'POST'],
    ['DELETE', '//read', 'GET'],
    ['PUT', '/next', 'GET'],
  ])('of a method: %s %s', async (method, path, allow) => {
    const reply = await call(method, path);
    expect(reply).toMatchObject(failed('HTTPError', new RegExp(`does not take ${method}`)));
    expect(reply.allow).toBe(allow);
  });

  it('of access keep their code', async () => {
    const foreign = { Origin: 'http://elsewhere.example' };
    const refused = failed('HTTPError', /elsewhere\.example/, 403);
    expect(await call('GET', '/advance', '', foreign)).toMatchObject(refused);
    expect(await call('POST', '/next', '', foreign)).toMatchObject(refused);
    const host = { Host: 'elsewhere.example' };
    expect(await call('GET', '/read', '', host)).toMatchObject(refused);
    const statuses = await Promise.all([1, 2, 3, 4].map(() => call('GET', '/advance')));
    expect(statuses.at(-1)).toMatchObject(failed('HTTPError', /more than 2 calls/, 429));
  });

  it('say what was answered in the log, as grave as they are', async () => {
    await call('POST', '/retrieve', '{"failure":"unforeseen"}');
    const entry = log.findLast(({ level }) => level === 'ERROR');
    expect(entry).toMatchObject({ msg: 'call failed', path: '/retrieve', http_status: 200 });
  });
});

it('other paths answer as ever', async () => {
  expect(await call('POST', '/other')).toMatchObject({ status: 405, json: { state: 'error' } });
  expect(await call('GET', '/nothing')).toMatchObject({ status: 404, json: { state: 'error' } });
});
