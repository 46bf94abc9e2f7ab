import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const ZEROMQ = pathToFileURL(createRequire(import.meta.url).resolve('zeromq')).href;
const SCRIPT = `
  const { Pull } = await import(process.argv[1]);
  const pull = new Pull();
  pull.connect(process.argv[2]);
  console.log('started');
  for await (const frames of pull) console.log(frames.length);
`;

/** A process of its own that takes requests and never reports, and that can be made to stand still. */
export class StoppedPuller {
  private constructor(private readonly child: ChildProcess) {}

  static async connect(address: string): Promise<StoppedPuller> {
    const args = ['--input-type=module', '--eval', SCRIPT, ZEROMQ, address];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    return new StoppedPuller(child);
  }

  standStill(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
