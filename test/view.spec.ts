import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeSmallFile } from '../src/viewer/small-file.fixture.js';
import { Beamline } from './support/beamline.js';
import { call } from './support/detector.js';
import type { Service } from './support/service.js';

let beamline: Beamline;
let folder: string;

beforeEach(async () => {
  beamline = await Beamline.withoutData();
  folder = join(beamline.folder, 'files');
  mkdirSync(join(folder, 'below'), { recursive: true });
  await writeSmallFile(join(folder, 'a.h5'), 1);
  await writeSmallFile(join(folder, 'below', 'b.h5'), 2);
  await writeSmallFile(join(beamline.folder, 'outside.h5'), 3);
  writeFileSync(join(folder, 'notes.txt'), 'text');
});

afterEach(() => beamline.clear());

/** Starts it. @returns where it answers */
async function view(...args: string[]): Promise<{ url: string; program: Service }> {
  const program = beamline.run('view', ...args);
  const url = await program.until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(program.output)?.[0]);
  return { url, program };
}

/** The answer to a call with headers of its own. */
function statusWith(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('view', () => {
  it('shows the files of a folder, and none outside of it', async () => {
    const { url, program } = await view(folder);
    const { json } = await call('GET', `${url}/files/list`);
    expect(json).toMatchObject({
      files: [{ file: join(folder, 'a.h5') }],
      folders: [join(folder, 'below')],
      more: 0,
    });
    const below = await call('GET', `${url}/files/list?folder=below`);
    expect(below.json).toMatchObject({ files: [{ file: join(folder, 'below', 'b.h5') }] });
    const values = await call('GET', `${url}/files/data?file=below/b.h5&path=/values`);
    expect(values).toMatchObject({ code: 200, text: '[2,3,4,5]' });
    for (const [path, code] of [
      ['data?file=../outside.h5&path=/values', 403],
      ['list?folder=..', 403],
      ['data?file=notes.txt', 422],
      ['data?file=a.h5&path=/x', 404],
      ['data', 400],
      ['list?x=1', 400],
      ['none', 404],
    ] as const) {
      const reply = await call('GET', `${url}/files/${path}`);
      expect({ path, reply }).toMatchObject({ path, reply: { code, json: { state: 'error' } } });
    }
    expect((await call('POST', `${url}/files/list`)).code).toBe(404);
    expect(await program.end('SIGINT')).toBe(0);
  });

  it('shows one file alone', async () => {
    const { url } = await view(join(folder, 'a.h5'));
    const { json } = await call('GET', `${url}/files/list`);
    expect(json).toMatchObject({ files: [{ file: join(folder, 'a.h5') }], folders: [] });
    expect((await call('GET', `${url}/files/data?file=a.h5&path=/values`)).text).toBe('[1,2,3,4]');
    expect((await call('GET', `${url}/files/meta?file=below/b.h5`)).code).toBe(403);
  });

  it('has the page, and answers no page of another site', async () => {
    const { url } = await view(folder);
    const page = await fetch(url, { headers: { Accept: 'text/html' } });
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<title>SF DataBuffer: files</title>');
    const list = `${url}/files/list`;
    for (const [headers, status] of [
      [{}, 200],
      [{ Host: 'localhost:1' }, 200],
      [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
      [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
      [{ 'Sec-Fetch-Site': 'same-site' }, 403],
      [{ Host: 'evil.example' }, 403],
      [{ Host: '127.0.0.1.evil.example' }, 403],
    ] as const) {
      const found = await statusWith(list, headers);
      expect({ headers, found }).toEqual({ headers, found: status });
    }
    const reply = await fetch(list, { headers: { Origin: 'http://evil.example' } });
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('says why it can’t', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    for (const [args, code, words] of [
      [[], 2, 'file is missing'],
      [[join(folder, 'none.h5')], 1, 'it does not exist; give the path'],
      [[join(folder, 'notes.txt')], 1, 'notes.txt is not an HDF5 file.'],
      [[folder, '--port', 'x'], 2, '--port must be a TCP port'],
      [
        [folder, '--port', String(port)],
        1,
        'the port is in use; stop the process that has it, or choose another --port.',
      ],
    ] as const) {
      const program = beamline.run('view', ...args);
      expect(await program.exitCode()).toBe(code);
      expect(program.said).toContain(words);
      // Once, in words, is enough.
      expect(program.said).not.toContain('ENOENT');
    }
    taken.close();
  });
});
