import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { poll } from './poll.js';
import { MAIN } from './service.js';

export const ESCAPE = '\u001B';

/** Whether there is util-linux's program that runs others on a terminal of their own. */
export const hasTerminals = spawnSync('script', ['--version']).status === 0;

/** A terminal of 80 × 24 on which a command runs. */
export class Terminal {
  /** All that was sent to it. */
  text = '';
  private readonly child: ChildProcessWithoutNullStreams;

  constructor(...args: string[]) {
    const command = ['exec', process.execPath, MAIN, ...args].join(' ');
    // Each of them says whether there are colours, CI among them.
    const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...env } = process.env;
    this.child = spawn('script', ['-qec', `stty rows 24 cols 80; ${command}`, '/dev/null'], {
      env: { ...env, TERM: 'xterm' },
    });
    this.child.stdout.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    onTestFinished(() => void this.child.kill());
  }

  /** The picture that is on it now, or begins to be. */
  get lines(): string[] {
    const last = this.text.split(`${ESCAPE}[H`).at(-1)!;
    return stripVTControlCharacters(last).split(/[\r\n]+/);
  }

  shows(what: string): Promise<boolean> {
    return poll(() => this.lines.join('\n').includes(what) || undefined);
  }

  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }
}
