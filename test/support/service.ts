import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { OutsideVocabulary, parseLogLine } from '../../src/logging/log-line.fixture.js';

/** The executable, as built. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** One event that a service logged. */
export interface LogEvent {
  readonly level: string;
  readonly logger?: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A process of `sf-databuffer` that logs JSON, and what it said so far. */
export class Service {
  readonly events: LogEvent[] = [];
  output = '';
  private closed = false;
  private readonly listeners = new Set<() => void>();
  private ended: Promise<unknown>;

  private constructor(
    readonly child: ChildProcessByStdio<null, Readable, Readable>,
    private readonly name: string,
  ) {
    // 'close' comes after everything that the process said was read.
    this.ended = once(child, 'close');
    child.stdout.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
      this.changed();
    });
    createInterface(child.stderr).on('line', (line) => {
      this.events.push(eventOf(line));
      this.changed();
    });
    child.once('close', () => {
      this.closed = true;
      this.changed();
    });
  }

  static start(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd,
      env: { ...cleanEnvironment(), SF_DATABUFFER_LOG_FORMAT: 'json', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Service(child, args[0]);
  }

  /** Waits for an event; events of before count. @throws when the process ends without it */
  async event(matches: (event: LogEvent) => boolean): Promise<LogEvent> {
    return this.until(() => this.events.find((event) => matches(event)));
  }

  /** Waits for an event by its message. */
  async logged(message: string | RegExp): Promise<LogEvent> {
    return this.event(({ msg }) =>
      typeof message === 'string' ? msg === message : message.test(msg),
    );
  }

  /** Waits until `result` gives something; it is asked whenever the process said something. */
  async until<T>(result: () => T | undefined): Promise<T> {
    for (;;) {
      const value = result();
      if (value !== undefined) return value;
      if (this.closed) {
        throw new Error(`${this.name} ended (${this.child.exitCode}): ${this.said}`);
      }
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.listeners.delete(listener);
          resolve();
        };
        this.listeners.add(listener);
      });
    }
  }

  /** Messages of all events, a line each. */
  get messages(): string {
    return this.events.map(({ msg }) => msg).join('\n');
  }

  /** Everything the process said, for messages of failing tests. */
  get said(): string {
    return `${this.output}\n${this.events.map((event) => JSON.stringify(event)).join('\n')}`;
  }

  /** Ends the process. @returns its exit code, null where a signal ended it */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exitCode();
  }

  /** Waits until the process ends by itself. */
  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  /** Waits until the process ends by itself. @throws with what it said unless its exit code is 0 */
  async succeeds(): Promise<void> {
    const code = await this.exitCode();
    if (code !== 0) throw new Error(`${this.name} ended with ${code}: ${this.said}`);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function eventOf(line: string): LogEvent {
  try {
    return parseLogLine(line) as LogEvent;
  } catch (error) {
    if (error instanceof OutsideVocabulary) throw error;
    return { level: 'TEXT', msg: line };
  }
}

// Settings of whoever runs the tests must not reach the processes.
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('SF_DATABUFFER_') && name !== 'STATE_DIRECTORY',
    ),
  );
}
