import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const TO_START = '\u001B[H';
const TO_LINE_END = '\u001B[K';
const TO_END = '\u001B[J';
const PATIENCE_MS = 120_000;

/** Services at work, their files in a folder that is called after a place, and gone at the end. */
export class Services {
  /** @param place what the pictures show in front of a file's name */
  constructor(place) {
    this.folder = mkdtempSync(join(tmpdir(), `${place}-`));
    this.processes = [];
  }

  /** Path of an output file. */
  file(name) {
    return join(this.folder, name);
  }

  /** Starts `sf-databuffer`. */
  run(...args) {
    this.start(process.execPath, MAIN, ...args);
  }

  start(program, ...args) {
    const process = spawn(program, args.map(String), { cwd: this.folder, stdio: 'ignore' });
    this.processes.push(process);
  }

  /** What `sf-databuffer` draws first on a terminal of 80 × 24. */
  async drawn(...args) {
    const [node, main, ...rest] = [process.execPath, MAIN, ...args].map((arg) => `'${arg}'`);
    const command = ['stty cols 80 rows 24; exec', node, main, ...rest].join(' ');
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.processes.push(terminal);
    let text = '';
    for await (const chunk of terminal.stdout.setEncoding('utf8')) {
      text += chunk;
      // The first picture is an empty one.
      const frames = text.split(TO_START).filter((frame) => frame.indexOf(TO_END) > 0);
      if (frames.length === 0) continue;
      return frames[0].split(TO_END)[0].replaceAll(TO_LINE_END, '').replaceAll('\r', '');
    }
    throw new Error(`nothing was drawn: ${text}`);
  }

  async clear() {
    for (const process of this.processes) {
      const hasEnded = process.exitCode !== null || process.signalCode !== null;
      if (hasEnded || !process.kill('SIGKILL')) continue;
      await once(process, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @returns the body of the reply */
export async function call(method, url, body) {
  const reply = await fetch(url, {
    method,
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${url}: ${text}`);
  return text && JSON.parse(text);
}

/** Until something is there. What fails meanwhile is tried again, as services need a moment. */
export async function until(what, isThere) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await isThere().catch(() => undefined);
    if (found) return found;
    if (Date.now() > end) throw new Error(`not there after two minutes: ${what}`);
    await sleep(200);
  }
}

export function written(broker, file) {
  return until(file, async () => {
    const found = await call('GET', `${broker}/requests?state=written&search=${file}`);
    return found.requests.length > 0;
  });
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
