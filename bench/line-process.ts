import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A line that a process said, and when: `performance.now()`. */
export interface Line {
  readonly text: string;
  readonly at: number;
}

export interface LineProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Which output is read; the other one goes to ours. */
  readonly listenTo: 'stdout' | 'stderr';
  readonly cwd?: string;
  /** With a channel for messages, see `child.send`. */
  readonly messages?: boolean;
}

/** A process that is spoken to and answers in lines. */
export class LineProcess {
  readonly child: ChildProcess;
  private readonly lines: Line[] = [];
  private readonly ended: Promise<unknown>;
  private wake: () => void = () => undefined;
  private over = false;

  constructor({ command, args, listenTo, cwd, messages }: LineProcessOptions) {
    const [stdout, stderr] = [
      listenTo === 'stdout' ? 'pipe' : 'ignore',
      listenTo === 'stderr' ? 'pipe' : 'inherit',
    ] as const;
    this.child = spawn(command, args, {
      cwd,
      env: withoutSettings(process.env),
      stdio: ['pipe', stdout, stderr, ...(messages ? (['ipc'] as const) : [])],
    });
    const output: Readable = this.child[listenTo]!;
    createInterface(output).on('line', (text) => {
      this.lines.push({ text, at: performance.now() });
      this.wake();
    });
    // Whatever happens to the benchmark, nothing of it stays behind.
    const kill = () => this.child.kill('SIGKILL');
    process.prependOnceListener('exit', kill);
    this.ended = once(this.child, 'close').finally(() => process.off('exit', kill));
    this.child.once('close', () => {
      this.over = true;
      this.wake();
    });
  }

  /** The next line. @throws when the process ends instead */
  async next(): Promise<Line> {
    while (this.lines.length === 0) {
      if (this.over) throw new Error(`${this.child.spawnargs.join(' ')} ended early`);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.lines.shift()!;
  }

  say(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /** Most memory that was resident at once since the process began, bytes. */
  peakMemory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
  }

  async end(): Promise<void> {
    if (this.over) return;
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

// Settings of whoever runs the benchmark must not reach what is measured.
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('SF_DATABUFFER_'));
  return Object.fromEntries(kept);
}
