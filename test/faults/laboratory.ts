import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { Disks } from './disks.js';
import { Middle } from './middle.js';
import { Role } from './role.js';

/** Options of a run. */
export interface RunOptions {
  readonly seed: number;
  readonly requests: number;
  /** In which the requests are made; a run takes a minute more. */
  readonly minutes: number;
  /** Two or more: one is never killed. */
  readonly writers: number;
  /** `cli/main.js` of the build that is put to the test. */
  readonly main: string;
  /** The compiled `data-api-process.ts`. */
  readonly dataApi: string;
  /** The compiled `stepping-clock.ts`. */
  readonly clock: string;
  /** Whether full disks may be mounted; else files are limited in size. */
  readonly mount: boolean;
  /** The folder stays, with all logs. */
  readonly keep: boolean;
  readonly say: (text: string) => void;
}

/** How broker and writers of a line are set. */
export interface LineOptions {
  readonly writers: number;
  readonly reports?: 'auto' | 'mixed';
  /** Seconds after which a silent writer is lost to the broker. */
  readonly lease?: number;
  /** Of a writer, after a failure that can pass. */
  readonly retries?: number;
}

/** What a writer needs, where it is not that of the others. */
export interface WriterPlaces {
  readonly dataPort?: number;
  readonly output?: string;
  readonly state?: string;
}

export const LEASE_S = 2;
export const RETRIES = 8;
/** Seconds between heartbeats, for each second of the lease. */
export const HEARTBEAT = 0.2;
const MEASURE_MS = 500;
/** A reply that stalls takes a writer's thread for half a minute. */
const SHORTEST_WITH_STALLS_MIN = 2;
/** In a shorter run faults come more often, down to half of the time between two. */
const SHORTEST_AT_FULL_PACE_MIN = 1;

/** Folder, ports, disks, and the processes of a run. */
export class Laboratory {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'faults-')));
  readonly output = join(this.folder, 'output');
  readonly state = join(this.folder, 'state');
  readonly disks: Disks;
  readonly stalls: boolean;
  /** Of the faults, see {@link Storm}. */
  readonly pace: number;
  readonly roles: Role[] = [];
  private readonly middles: Middle[] = [];
  private readonly measuring: NodeJS.Timeout;

  private constructor(
    readonly options: RunOptions,
    readonly dataPort: number,
  ) {
    this.stalls = options.minutes >= SHORTEST_WITH_STALLS_MIN;
    this.pace = Math.min(1, Math.max(0.5, options.minutes / SHORTEST_AT_FULL_PACE_MIN));
    mkdirSync(this.output);
    this.disks = new Disks(this.output, options.mount);
    this.measuring = setInterval(() => this.measure(), MEASURE_MS);
  }

  static async prepare(options: RunOptions): Promise<Laboratory> {
    return new Laboratory(options, await freePort());
  }

  /** A data API. @param plan arguments of its process that say what it answers */
  dataApi(...plan: readonly (string | number)[]): Role {
    return this.dataApiAt('127.0.0.1', [], ...plan);
  }

  /** The same at an address. @param prefix the beginning of its command line, for a host of its own */
  dataApiAt(
    address: string,
    prefix: readonly string[],
    ...plan: readonly (string | number)[]
  ): Role {
    const args = [address, this.dataPort, ...plan].map(String);
    return this.role('data-api', [this.options.dataApi, ...args], 'answers queries', prefix);
  }

  /** A broker with a trail and ports of its own, and its writers. */
  async line(
    name: string,
    { writers, reports: mode = 'auto', lease = LEASE_S, retries = RETRIES }: LineOptions,
  ): Promise<Line> {
    const [rest, output, reports] = [await freePort(), await freePort(), await freePort()];
    const trail = join(this.folder, `${name}.trail`);
    const { main } = this.options;
    const paths = { output: await this.before(output), report: await this.before(reports) };
    const broker = this.role(
      `${name}-broker`,
      [
        ...[main, 'broker', '--audit_file', trail, '--output_root', this.output],
        ...['--rest_port', String(rest), '--output_host', '127.0.0.1'],
        ...['--output_port', String(output), '--report_port', String(reports)],
        ...['--lease', String(lease), '--reports', mode],
      ],
      'takes acquisitions',
    );
    const writer = (n: number | string, places: WriterPlaces = {}) => {
      const { dataPort = this.dataPort, output = this.output, state = this.state } = places;
      return this.role(
        `${name}-writer-${n}`,
        [
          ...[main, 'writer', `tcp://127.0.0.1:${paths.output.port}`],
          ...['--report_address', `tcp://127.0.0.1:${paths.report.port}`],
          ...['--heartbeat', String(HEARTBEAT * lease), '--retries', String(retries)],
          ...['--data_api_url', `http://127.0.0.1:${dataPort}/query`],
          ...['--output_root', output, '--state_dir', state, '--shutdown_grace', '1'],
        ],
        'takes requests',
        this.disks.limit,
      );
    };
    return {
      broker,
      writers: Array.from({ length: writers }, (_, n) => writer(n + 1)),
      writer,
      trail,
      url: `http://127.0.0.1:${rest}`,
      ports: { output, reports },
      paths,
    };
  }

  /** A path to a process that listens, which goes with the run. @param port that it listens on */
  async before(port: number): Promise<Middle> {
    const middle = await Middle.before(port);
    this.middles.push(middle);
    return middle;
  }

  measure(): void {
    for (const role of this.roles) role.measure();
  }

  /** Ends whatever still runs and, unless it is to be kept, removes the folder. */
  async clear(): Promise<void> {
    clearInterval(this.measuring);
    await Promise.all(this.roles.map((role) => role.end('SIGKILL')));
    await Promise.all(this.roles.map((role) => role.closeLog()));
    for (const middle of this.middles) middle.close();
    this.disks.clear();
    if (this.options.keep) this.options.say(`logs and files are in ${this.folder}`);
    // A disk that is unmounted lazily may be busy for a moment.
    else rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** @param args of Node.js @param ready the message of its log that says that it works */
  role(name: string, args: readonly string[], ready: string, prefix: readonly string[] = []): Role {
    const { clock } = this.options;
    const [command, ...all] = [...prefix, process.execPath, ...args];
    const role = new Role({ name, command, args: all, ready, folder: this.folder, clock });
    this.roles.push(role);
    return role;
  }
}

/** A broker and its writers. */
export interface Line {
  readonly broker: Role;
  readonly writers: readonly Role[];
  /** One more writer. @param name what tells it from the others */
  readonly writer: (name: string, places: WriterPlaces) => Role;
  readonly trail: string;
  readonly url: string;
  readonly ports: { readonly output: number; readonly reports: number };
  /** Between the broker and its writers. */
  readonly paths: { readonly output: Middle; readonly report: Middle };
}
