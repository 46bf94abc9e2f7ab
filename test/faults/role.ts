import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  type WriteStream,
  createWriteStream,
  readFileSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Patience } from './patience.js';
import { Tally } from './tally.js';

/** Resources of a process at one moment. */
export interface Usage {
  /** `performance.now()` */
  readonly at: number;
  readonly handles: number;
  /** How many of each kind those are. */
  readonly kinds: Tally;
  /** Resident memory, bytes. */
  readonly memory: number;
}

/** One process of a role, from its start to its end. */
interface Life {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  /** The end was brought about from here. */
  expected: boolean;
  stopped: boolean;
  readonly usage: Usage[];
}

export interface RoleOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The message of its log that says that it works. */
  readonly ready: string;
  readonly folder: string;
  /** The compiled `stepping-clock.ts`. */
  readonly clock: string;
}

/** Much longer than a process needs that was told to end. */
const ENDS_WITHIN_S = 60;

/** How often a role may lose its process without cause before it is given up. */
const MAX_COMPLAINTS = 5;

/** A part that one process after another plays: each is killed, and the next one takes its place. */
export class Role {
  readonly log: string;
  /** Troubles of its processes that the run did not cause. */
  readonly complaints: string[] = [];
  private readonly logStream: WriteStream;
  private readonly clockFile: string;
  private life: Life | undefined;
  private starting: Promise<void> | undefined;

  constructor(private readonly options: RoleOptions) {
    this.log = join(options.folder, `${options.name}.log`);
    this.clockFile = join(options.folder, `${options.name}.clock`);
    this.logStream = createWriteStream(this.log, { flags: 'a' });
  }

  get name(): string {
    return this.options.name;
  }

  /** Of its process; undefined where there is none. */
  get pid(): number | undefined {
    return this.life?.child.pid;
  }

  get usage(): readonly Usage[] {
    return this.life?.usage ?? [];
  }

  /** Whether there is a process that is neither ended nor stopped. */
  get isUp(): boolean {
    return this.life !== undefined && !this.life.stopped && this.starting === undefined;
  }

  /** Starts a process, where there is none. */
  start(): Promise<void> {
    if (this.life && !this.starting) return Promise.resolve();
    this.starting ??= this.begin().finally(() => (this.starting = undefined));
    return this.starting;
  }

  /** Waits until there is a process that works. @throws where they go on ending by themselves */
  async working(): Promise<void> {
    while (!this.isUp) {
      if (this.isGivenUp) throw new Error(this.complaints.join('\n'));
      await (this.starting ?? sleep(20));
    }
  }

  /** Ends the process; it is gone when this is done. @returns its exit code, null where a signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { life } = this;
    if (!life) return null;
    life.expected = true;
    if (life.stopped) this.continue();
    life.child.kill(signal);
    await this.goneInTime(life, signal);
    await this.starting;
    return life.child.exitCode;
  }

  /** One that does not end by itself, as it was told, is killed. */
  private async goneInTime(life: Life, signal: NodeJS.Signals): Promise<void> {
    const gone = life.ended.then(() => true);
    const patience = new Patience(ENDS_WITHIN_S);
    while (!patience.isOver) if (await Promise.race([gone, sleep(200, false)])) return;
    this.complaints.push(`${this.name} had not ended ${ENDS_WITHIN_S} s after ${signal}`);
    life.child.kill('SIGKILL');
    await life.ended;
  }

  /** Makes the process stand still, if there is one. */
  stop(): void {
    if (!this.life) return;
    this.life.stopped = true;
    this.life.child.kill('SIGSTOP');
  }

  /** Lets the process go on, if there is one. */
  continue(): void {
    if (!this.life) return;
    this.life.stopped = false;
    this.life.child.kill('SIGCONT');
  }

  /** Sets the wall clock of its processes, this one and those to come. @param seconds ahead of the true time */
  setClock(seconds: number): void {
    writeFileSync(this.clockFile, String(seconds * 1000));
  }

  /** Notes what the process uses. */
  measure(): void {
    if (!this.life) return;
    const folder = `/proc/${this.life.child.pid}`;
    try {
      const kinds = Tally.of(readdirSync(`${folder}/fd`).flatMap((fd) => kindOf(folder, fd)));
      const handles = kinds.total;
      const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1];
      if (resident === undefined) return;
      const memory = Number(resident) * 1024;
      this.life.usage.push({ at: performance.now(), handles, kinds, memory });
    } catch (error) {
      // It ended in this moment.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) throw error;
    }
  }

  async closeLog(): Promise<void> {
    this.logStream.end();
    await once(this.logStream, 'close');
  }

  private async begin(): Promise<void> {
    const { command, args, ready, folder } = this.options;
    const child = spawn(command, [...args], {
      cwd: folder,
      env: {
        ...withoutSettings(process.env),
        SF_DATABUFFER_LOG_FORMAT: 'json',
        NODE_OPTIONS: `--import=${pathToFileURL(this.options.clock).href}`,
        FAULTS_CLOCK: this.clockFile,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // Whatever happens to the run, nothing of it stays behind.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    const life: Life = {
      child,
      ended: once(child, 'close').finally(() => {
        process.off('exit', kill);
        this.noteEnd(life);
      }),
      expected: false,
      stopped: false,
      usage: [],
    };
    this.life = life;
    const lines = createInterface(child.stderr);
    const works = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        this.logStream.write(`${line}\n`);
        if (line.includes(`"${ready}"`)) resolve();
      });
    });
    await Promise.race([works, life.ended]);
  }

  private noteEnd(life: Life): void {
    if (this.life === life) this.life = undefined;
    const { exitCode, signalCode } = life.child;
    if (life.expected) return;
    this.complaints.push(`${this.name} ended by itself: ${signalCode ?? `exit code ${exitCode}`}`);
    // As a supervisor would, for the run to go on.
    if (!this.isGivenUp) void (this.starting ?? Promise.resolve()).then(() => this.start());
  }

  private get isGivenUp(): boolean {
    return this.complaints.length >= MAX_COMPLAINTS;
  }
}

/** The target of an open handle; undefined where it was closed at that moment. */
function kindOf(folder: string, fd: string): string[] {
  try {
    // Sockets and pipes have numbers.
    return [readlinkSync(`${folder}/fd/${fd}`).replace(/:\[\d+\]$/, '')];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

// Settings of whoever starts the run must not reach the processes.
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !name.startsWith('SF_DATABUFFER_') && name !== 'STATE_DIRECTORY',
    ),
  );
}
