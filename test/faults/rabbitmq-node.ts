import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../../src/transport/free-port.fixture.js';

/** The programs themselves: those in /usr/sbin change to the account and the folder of the machine's own node. */
const PROGRAMS = '/usr/lib/rabbitmq/bin';
const STARTED = 'completed with';
const USER = 'faults';
/** Its characters have to be written otherwise in a URL, and show up if somebody logs it. */
const PASSWORD = `p@ss/${randomBytes(8).toString('hex')}`;
const VHOST = '/';

export interface NodeOptions {
  /** Where a folder of its own is made. */
  readonly folder: string;
  /** The beginning of each command line, for a node on a host of its own. */
  readonly prefix?: readonly string[];
  /** Where it listens; 127.0.0.1 by default. */
  readonly address?: string;
}

/** A queue as the node's own tool tells of it. */
export interface QueueState {
  readonly name: string;
  readonly messages: number;
  readonly messages_unacknowledged: number;
}

/**
 * A RabbitMQ node of a run's own: name, ports, folder and cookie are its own, and so is the daemon that
 * knows its name. The machine's own node is never touched.
 */
export class RabbitMqNode {
  private readonly folder: string;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly names: ChildProcess;
  private server: ChildProcess | undefined;
  /** It shall be there: an end is unexpected. */
  private isWanted = false;
  /** Ends and refusals that the run did not cause. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly options: NodeOptions,
    readonly port: number,
    distPort: number,
    namesPort: number,
  ) {
    this.folder = join(options.folder, 'rabbitmq');
    mkdirSync(this.folder);
    const inFolder = (name: string) => join(this.folder, name);
    const cookie = randomBytes(10).toString('hex');
    writeFileSync(inFolder('.erlang.cookie'), cookie, { mode: 0o400 });
    writeFileSync(inFolder('advanced.config'), this.config());
    writeFileSync(inFolder('enabled_plugins'), '[].\n');
    this.environment = {
      ...withoutItsSettings(process.env),
      HOME: this.folder,
      LANG: 'C.UTF-8',
      ERL_EPMD_PORT: String(namesPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `faults-${process.pid}-${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: options.address ?? '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distPort),
      RABBITMQ_MNESIA_BASE: inFolder('data'),
      RABBITMQ_LOG_BASE: inFolder('log'),
      RABBITMQ_PID_FILE: inFolder('pid'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_CONFIG_FILE: inFolder('none'),
      RABBITMQ_ADVANCED_CONFIG_FILE: inFolder('advanced.config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: inFolder('enabled_plugins'),
    };
    this.names = this.spawn('epmd', ['-port', String(namesPort), '-address', '127.0.0.1']);
  }

  static get isInstalled(): boolean {
    return existsSync(join(PROGRAMS, 'rabbitmq-server'));
  }

  static async prepare(options: NodeOptions): Promise<RabbitMqNode> {
    return new RabbitMqNode(options, await freePort(), await freePort(), await freePort());
  }

  /** As a setting has it. @param port of whoever stands before it */
  url(port = this.port, host = this.options.address ?? '127.0.0.1'): string {
    return `amqp://${USER}:${encodeURIComponent(PASSWORD)}@${host}:${port}/${encodeURIComponent(VHOST)}`;
  }

  /** Texts that nobody may log. */
  get secrets(): readonly string[] {
    return [PASSWORD, encodeURIComponent(PASSWORD)];
  }

  /** Done when it takes connections. */
  async start(): Promise<void> {
    if (this.server) return;
    this.isWanted = true;
    const server = this.spawn(join(PROGRAMS, 'rabbitmq-server'), []);
    this.server = server;
    server.once('close', (code, signal) => {
      this.server = undefined;
      if (this.isWanted) this.complaints.push(`RabbitMQ ended by itself: ${signal ?? code}`);
    });
    const log = createWriteStream(join(this.folder, 'output.log'), { flags: 'a' });
    const lines = createInterface(server.stdout!);
    const works = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        log.write(`${line}\n`);
        if (line.includes(STARTED)) resolve();
      });
    });
    server.once('close', () => log.end());
    await Promise.race([works, once(server, 'close')]);
    if (this.isWanted && this.server !== server) {
      throw new Error(`RabbitMQ does not start: see ${this.folder}`);
    }
  }

  /** It is told to end, and takes its time. */
  async stop(): Promise<void> {
    await this.end((pid) => process.kill(pid, 'SIGTERM'));
  }

  async kill(): Promise<void> {
    await this.end((pid) => process.kill(-pid, 'SIGKILL'));
  }

  /** It stands still, and so do its connections. */
  suspend(): void {
    if (this.server) process.kill(-this.server.pid!, 'SIGSTOP');
  }

  resume(): void {
    if (this.server) process.kill(-this.server.pid!, 'SIGCONT');
  }

  async closeConnections(): Promise<void> {
    await this.control('close_all_connections', 'cut by the run');
  }

  /** @param ms for which a message may be unacknowledged; the node ends what takes longer */
  async limitConsumers(ms: number): Promise<void> {
    await this.control('eval', `application:set_env(rabbit, consumer_timeout, ${ms}).`);
  }

  /** All queues that there are. */
  async queues(): Promise<QueueState[]> {
    const columns = ['name', 'messages', 'messages_unacknowledged'];
    return JSON.parse(
      await this.control('list_queues', ...columns, '--formatter', 'json', '--silent'),
    ) as QueueState[];
  }

  /** Nothing of it runs any more. */
  async close(): Promise<void> {
    this.resume();
    await this.kill();
    const ended = once(this.names, 'close');
    if (this.names.exitCode === null && this.names.kill('SIGKILL')) await ended;
  }

  private async end(signal: (pid: number) => void): Promise<void> {
    this.isWanted = false;
    const { server } = this;
    if (!server) return;
    const ended = once(server, 'close');
    signal(server.pid!);
    await ended;
  }

  private async control(...args: readonly string[]): Promise<string> {
    const [command, ...all] = this.commandLine(join(PROGRAMS, 'rabbitmqctl'), args);
    const options = { env: this.environment, maxBuffer: 2 ** 26 };
    return (await promisify(execFile)(command, all, options)).stdout;
  }

  private spawn(program: string, args: readonly string[]): ChildProcess {
    const [command, ...all] = this.commandLine(program, args);
    // A group of its own: what the script starts ends with it.
    const child = spawn(command, all, {
      cwd: this.folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const kill = () => {
      // One that is gone already has no group any more.
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    };
    process.once('exit', kill);
    child.once('close', () => process.off('exit', kill));
    return child;
  }

  private commandLine(program: string, args: readonly string[]): [string, ...string[]] {
    const [command, ...all] = [...(this.options.prefix ?? []), program, ...args];
    return [command, ...all];
  }

  /** `guest` may come from the node's own machine alone: there is a user for all others. */
  private config(): string {
    const user = `{default_user, <<"${USER}">>}, {default_pass, <<"${PASSWORD}">>}, {loopback_users, []}`;
    // How often a node looks for consumers that take too long; a minute by default.
    return `[{rabbit, [${user}, {channel_tick_interval, 5000}]}].\n`;
  }
}

// Settings of the machine's own node must not reach this one.
function withoutItsSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(RABBITMQ_|ERL_)/.test(name)),
  );
}
