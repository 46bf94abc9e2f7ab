import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { Service } from './service.js';

/** A folder and ports of a test's own, and the processes that run there. */
export class Beamline {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'beamline-')));
  readonly output = join(this.folder, 'output');
  readonly trail = join(this.folder, 'audit.log');
  readonly state = join(this.folder, 'state');
  private readonly services: Service[] = [];

  private constructor(
    readonly restPort: number,
    readonly outputPort: number,
    readonly dataPort: number,
  ) {}

  /** One that asks the simulator that all specs share. */
  static async prepare(): Promise<Beamline> {
    return new Beamline(await freePort(), await freePort(), inject('simulatorPort'));
  }

  /** One without data until it has a simulator of its own. */
  static async withoutData(): Promise<Beamline> {
    return new Beamline(await freePort(), await freePort(), await freePort());
  }

  /** The broker's REST interface. */
  get url(): string {
    return `http://127.0.0.1:${this.restPort}`;
  }

  get stream(): string {
    return `tcp://127.0.0.1:${this.outputPort}`;
  }

  get dataApi(): string {
    return `http://127.0.0.1:${this.dataPort}/query`;
  }

  file(name: string): string {
    return join(this.output, name);
  }

  /** Any subcommand, run in the test's folder. */
  run(...args: string[]): Service {
    return this.runIn({}, ...args);
  }

  /** The same with further variables in its environment. */
  runIn(env: NodeJS.ProcessEnv, ...args: string[]): Service {
    const service = Service.start(args, { cwd: this.folder, env });
    this.services.push(service);
    return service;
  }

  async broker(...args: string[]): Promise<Service> {
    const broker = this.run(...this.brokerArguments(), ...args);
    await broker.logged('takes acquisitions');
    return broker;
  }

  async writer(...args: string[]): Promise<Service> {
    const writer = this.run('writer', this.stream, ...this.writerFlags(), ...args);
    await writer.logged('takes requests');
    return writer;
  }

  brokerArguments(): string[] {
    return [
      'broker',
      ...['--rest_port', String(this.restPort), '--output_port', String(this.outputPort)],
      ...['--output_host', '127.0.0.1'],
      ...['--audit_file', this.trail, '--output_root', this.output],
    ];
  }

  /** Makes the raw folders of pgroups. @returns what a broker needs to find them, and to take this machine's calls */
  pgroups(...names: string[]): string[] {
    for (const name of names) mkdirSync(this.raw(name), { recursive: true });
    const root = join(this.output, '{pgroup}/raw');
    return ['--beamlines', 'simulator=127.0.0.0/8', '--pgroup_root', root];
  }

  /** The raw folder of a pgroup. */
  raw(pgroup: string): string {
    return join(this.output, pgroup, 'raw');
  }

  writerFlags(): string[] {
    return [
      ...['--data_api_url', this.dataApi],
      ...['--output_root', this.output, '--state_dir', this.state],
    ];
  }

  /** For a beamline without data. */
  async simulator(): Promise<Service> {
    const simulator = this.run('simulator', '--port', String(this.dataPort));
    await simulator.logged('answers queries');
    return simulator;
  }

  /** Ends whatever still runs and removes the folder. */
  async clear(): Promise<void> {
    await Promise.all(this.services.map((service) => service.end('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
