import { lookupService } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { ownNames } from './own-names.js';

// Which names a machine has is up to its name servers; here they are played.
vi.mock(import('node:dns/promises'), async (original) => ({
  ...(await original()),
  lookupService: vi.fn<typeof lookupService>(),
}));

const broker = new BrokerFixture();

afterEach(() => broker.remove());

describe('the names of the machine', () => {
  it('are accepted as Host of a broker that everybody can reach', async () => {
    vi.mocked(lookupService).mockImplementation(async (address) => {
      if (address.includes(':')) throw new Error('ENOTFOUND');
      return { hostname: 'SF-DAQ-7.psi.ch', service: '' };
    });
    await broker.start({ rest_host: '0.0.0.0' });
    const status = async (host: string) =>
      (await broker.call('GET', '/status', { headers: { Host: host } })).status;
    expect(await status('sf-daq-7.psi.ch:10002')).toBe(200);
    expect(await status('sf-daq-8.psi.ch:10002')).toBe(403);
  });

  it('are not waited for when the name servers are silent', async () => {
    vi.mocked(lookupService).mockReturnValue(new Promise(() => undefined));
    const before = performance.now();
    expect(await ownNames('0.0.0.0')).toContain('0.0.0.0');
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('are asked for each address that leads outside', async () => {
    vi.mocked(lookupService).mockImplementation(async (address) => ({
      hostname: `At-${address}`,
      service: '',
    }));
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses!)
      .filter(({ internal }) => !internal);
    const names = await ownNames('0.0.0.0');
    for (const { address } of outside) expect(names).toContain(`at-${address}`);
  });
});
