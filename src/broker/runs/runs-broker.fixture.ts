import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { BrokerFixture, type Call, type Reply } from '../broker.fixture.js';

/** A call that any broker of this fixture accepts. */
export const RETRIEVAL = {
  pgroup: 'p12345',
  start_pulseid: 1000,
  stop_pulseid: 1099,
  channels_list: ['A', 'B'],
};

/** A broker with pgroups in its folder, for clients at this machine. */
export class RunsBroker extends BrokerFixture {
  readonly raw = this.rawOf('p12345');

  override start(
    settings: Readonly<Record<string, unknown>> = {},
    prepare?: (app: NestExpressApplication) => void,
  ): Promise<this> {
    mkdirSync(this.raw, { recursive: true });
    const own = {
      pgroup_root: join(this.folder, 'data', '{pgroup}', 'raw'),
      beamlines: ['simulator=127.0.0.0/8'],
    };
    return super.start({ ...own, ...settings }, prepare);
  }

  rawOf(pgroup: string): string {
    return join(this.folder, 'data', pgroup, 'raw');
  }

  post(path: string, body: object, call: Call = {}): Promise<Reply> {
    return this.call('POST', path, { ...call, body });
  }

  retrieve(body: object = {}, headers: Record<string, string> = {}): Promise<Reply> {
    return this.post('/retrieve_from_buffers', { ...RETRIEVAL, ...body }, { headers });
  }

  /** The text of a file in the raw folder. */
  text(...path: string[]): string {
    return readFileSync(join(this.raw, ...path), 'utf8');
  }

  /** A JSON file in the raw folder. */
  json(...path: string[]): Record<string, unknown> {
    return JSON.parse(this.text(...path)) as Record<string, unknown>;
  }

  /** All files and folders in the raw folder. */
  tree(): string[] {
    return readdirSync(this.raw, { recursive: true, encoding: 'utf8' }).toSorted();
  }
}
