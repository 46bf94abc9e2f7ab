import { lookupService } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture, PARAMETERS } from '../broker.fixture.js';
import { OwnNames } from './own-names.js';

// Which names a machine has is up to its name servers; here they are played.
vi.mock(import('node:dns/promises'), async (original) => ({
  ...(await original()),
  lookupService: vi.fn<typeof lookupService>(),
}));

const folder = mkdtempSync(join(tmpdir(), 'own-names-'));

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  vi.mocked(lookupService).mockRejectedValue(new Error('ENOTFOUND'));
});

function resolverFile(text: string): string {
  const file = join(folder, 'resolv.conf');
  writeFileSync(file, text);
  return file;
}

describe('the names of the machine', () => {
  it('contain its qualified name and all names in the domain of this', async () => {
    vi.mocked(lookupService).mockResolvedValue({ hostname: 'SF-DAQ-7.psi.ch', service: '' });
    const names = new OwnNames([], 'sf-daq-7', '/none');
    for (const name of ['sf-daq-7.psi.ch', 'SF-DAQ-7.PSI.CH.', 'daq.psi.ch', 'a.b.psi.ch']) {
      expect(await names.has(name)).toBe(true);
    }
    for (const name of ['psi.ch.example.org', 'evilpsi.ch', 'ch', 'x.ch']) {
      expect(await names.has(name)).toBe(!name.includes('.'));
    }
  });

  it('contain those in the domain of a host name that is qualified', async () => {
    const names = new OwnNames([], 'sf-daq-7.psi.ch', '/none');
    expect(await names.has('daq.psi.ch')).toBe(true);
    expect(await names.has('daq.example.org')).toBe(false);
    expect(await new OwnNames([], 'daq.local', '/none').has('evil.local')).toBe(false);
  });

  it("contain those in the domains of the resolver's search list", async () => {
    const text =
      'search old.example.org\nnameserver 10.0.0.1\nsearch PSI.ch. sub.psi.ch  local # x\n';
    const names = new OwnNames([], 'vm', resolverFile(text));
    expect(await names.has('sf-daq-1.psi.ch')).toBe(true);
    for (const name of ['a.local', 'a.old.example.org', 'a.x']) {
      expect(await names.has(name)).toBe(false);
    }
    const lines = new OwnNames([], 'vm', resolverFile('domain example.org'));
    expect(await lines.has('a.example.org')).toBe(true);
  });

  it('do not contain the domain of what an address is called otherwise', async () => {
    const called = 'ec2-1-2-3-4.cloud.example';
    vi.mocked(lookupService).mockResolvedValue({ hostname: called, service: '' });
    const names = new OwnNames([], 'vm', '/none');
    expect(await names.has(called)).toBe(true);
    expect(await names.has('ec2-6-6-6-6.cloud.example')).toBe(false);
  });

  it('are not waited for when the name servers are silent', async () => {
    vi.mocked(lookupService).mockReturnValue(new Promise(() => undefined));
    const names = new OwnNames([], 'vm', '/none');
    expect(await names.has('a.example.org')).toBe(false);
    expect(await names.has('b.example.org')).toBe(false);
  });

  it('are asked for each address that leads outside', async () => {
    vi.mocked(lookupService).mockImplementation(async (address) => ({
      hostname: `At-${address}.example`,
      service: '',
    }));
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses!)
      .filter(({ internal }) => !internal);
    const names = new OwnNames([], 'vm', '/none');
    for (const { address } of outside) expect(await names.has(`at-${address}.example`)).toBe(true);
  });
});

describe('a broker that is called by a name with a dot', () => {
  const broker = new BrokerFixture();

  afterEach(() => broker.remove());

  const Host = 'sf-daq-1.example.org:10002';
  const status = async (host: string) =>
    (await broker.call('GET', '/status', { headers: { Host: host } })).status;

  it('takes acquisitions of programs, and refuses pages and calls that look or end it', async () => {
    await broker.start();
    const body = PARAMETERS;
    expect((await broker.call('POST', '/parameters', { body, headers: { Host } })).status).toBe(
      200,
    );
    const put = (path: string) => broker.call('PUT', path, { headers: { Host } });
    expect((await put('/start_pulse_id/1')).status).toBe(200);
    expect((await put('/stop_pulse_id/2')).status).toBe(200);
    expect(broker.recorded()).toHaveLength(1);
    for (const path of ['/status', '/stop', '/kill', '/requests']) {
      expect((await broker.call('GET', path, { headers: { Host } })).status).toBe(403);
    }
    const pages: Record<string, string>[] = [
      { Origin: `http://${Host}` },
      { Referer: `http://${Host}/x` },
      { 'Sec-Fetch-Mode': 'cors' },
    ];
    for (const page of pages) {
      const headers = { Host, ...page };
      const reply = await broker.call('POST', '/parameters', { body, headers });
      expect(reply.status).toBe(403);
      expect(reply.json.status).toContain('--allowed_hosts');
    }
    const logged = broker.log.filter(({ http_status }) => http_status === 403);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({
      level: 'ERROR',
      error: expect.stringContaining('--allowed_hosts'),
    });
  });

  it.each(['127.0.0.1', '0.0.0.0'])('knows its own on %s', async (rest_host) => {
    vi.mocked(lookupService).mockResolvedValue({
      hostname: `${hostname()}.sub.psi.ch`,
      service: '',
    });
    await broker.start({ rest_host });
    expect(await status('sf-daq-7.sub.psi.ch:10002')).toBe(200);
    expect(await status(Host)).toBe(403);
  });

  it('knows those of --allowed_hosts', async () => {
    await broker.start({ allowed_hosts: ['SF-daq-1.example.org,daq.example.com'] });
    for (const name of [Host, 'daq.example.com', 'DAQ.example.com.']) {
      expect(await status(name)).toBe(200);
    }
    expect(await status('other.example.org')).toBe(403);
  });

  it('takes any with --allowed_hosts *', async () => {
    await broker.start({ allowed_hosts: ['*'] });
    expect(await status('anything.example.org')).toBe(200);
  });
});
