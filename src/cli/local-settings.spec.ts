import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Beamlines } from '../config/beamlines.js';
import { LOCAL_DEFAULTS, localSettings } from './local-settings.js';

const KEYS = {
  curve_secret_key_file: 'own.key_secret',
  curve_allowed_keys: 'allowed',
  curve_server_key_file: 'broker.key',
};

const settings = (values: Record<string, unknown> = {}) =>
  localSettings({ values, problems: [], defaults: LOCAL_DEFAULTS });

afterEach(() => vi.unstubAllEnvs());

describe('what runs together', () => {
  // One of them alone, as a writer's environment has it, would be refused by the broker.
  it.each(Object.entries(KEYS))('has no keys where the environment has %s', (name, value) => {
    vi.stubEnv(`SF_DATABUFFER_${name.toUpperCase()}`, value);
    const { broker, writer } = settings();
    expect([broker.curve_secret_key_file, writer.curve_secret_key_file]).toEqual([
      undefined,
      undefined,
    ]);
    expect([broker.curve_allowed_keys, writer.curve_server_key_file]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('has no keys where the file has them, and keeps the rest of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-settings-'));
    try {
      const config = join(folder, 'config.json');
      writeFileSync(config, JSON.stringify({ ...KEYS, queue_length: 7, retries: 2 }));
      const { broker, writer } = settings({ config });
      expect(broker).toMatchObject({ queue_length: 7, curve_secret_key_file: undefined });
      expect(writer).toMatchObject({ retries: 2, curve_secret_key_file: undefined });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('allows its own addresses beside those that are configured', () => {
    expect(settings().broker.allow_from).toBeUndefined();
    vi.stubEnv('SF_DATABUFFER_ALLOW_FROM', '10.1.0.0/16');
    expect(settings().broker.allow_from).toEqual(['10.1.0.0/16', '127.0.0.1', '::1']);
  });

  it('has runs below the folder that its writer writes to, and a beamline of its own', () => {
    const { beamlines, pgroup_root } = settings().broker;
    expect(new Beamlines(beamlines).beamlineOf('::ffff:127.0.0.1')).toBe('simulator');
    expect(pgroup_root).toBe(resolve('data/{pgroup}/raw'));
    expect(settings({ output_root: ['/other'] }).broker.pgroup_root).toBe('/other/{pgroup}/raw');
    expect(settings({ pgroup_root: '/sf/{pgroup}' }).broker.pgroup_root).toBe('/sf/{pgroup}');
  });

  it('sends headers to a data buffer of one’s own, never to the simulator', () => {
    vi.stubEnv('SF_DATABUFFER_DATA_API_HEADERS_FILE', '/etc/headers');
    const [simulated, own] = [settings(), settings({ data_api_url: 'http://own/query' })];
    expect(simulated.writer.data_api_headers_file).toBeUndefined();
    expect(own.broker.data_api_headers_file).toBe('/etc/headers');
    expect(() => settings({ data_api_headers_file: '/etc/headers' })).toThrow(
      '--data_api_headers_file is for your own data buffer: name it by --data_api_url',
    );
  });
});
