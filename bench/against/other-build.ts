import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { Build } from '../build.js';
import { inProject } from '../paths.js';

const LOCK = 'package-lock.json';

/** A build that is measured against, and what it is called in tables. */
export interface NamedBuild {
  readonly name: string;
  readonly build: Build;
}

/**
 * The build of another commit, in a work tree below `data/against`. It is kept for the next run; that of yet
 * another commit is removed.
 *
 * @param against a commit by any name that git knows, or a `cli/main.js` that was built elsewhere
 * @throws when the commit does not exist or can't be built
 */
export async function otherBuild(against: string): Promise<NamedBuild> {
  if (against.endsWith('.js')) {
    const main = resolve(against);
    return { name: nameOf(main), build: new Build(main) };
  }
  const commit = git('rev-parse', '--verify', '--quiet', `${against}^{commit}`).trim();
  const parent = inProject('data/against');
  mkdirSync(parent, { recursive: true });
  const tree = new WorkTree(parent, commit);
  tree.removeOthers();
  if (!tree.isBuilt) await tree.build();
  return { name: commit.slice(0, 7), build: new Build(tree.main) };
}

/** The version that a build prints, such as `0.1.0 (5002403)`. */
export function nameOf(main: string): string {
  const { stdout } = spawnSync(process.execPath, [main, '--version'], { encoding: 'utf8' });
  return /\((.+)\)/.exec(stdout)?.[1] ?? stdout.trim();
}

class WorkTree {
  private readonly folder: string;
  /** There once it is built; what was interrupted has none. */
  private readonly note: string;

  constructor(
    private readonly parent: string,
    private readonly commit: string,
  ) {
    this.folder = join(parent, commit);
    this.note = `${this.folder}.built`;
  }

  get main(): string {
    return join(this.folder, 'dist/cli/main.js');
  }

  get isBuilt(): boolean {
    return existsSync(this.note) && existsSync(this.main);
  }

  removeOthers(): void {
    for (const name of readdirSync(this.parent)) {
      if (!name.startsWith(this.commit)) this.remove(join(this.parent, name));
    }
  }

  async build(): Promise<void> {
    const discard = () => this.remove(this.folder);
    discard();
    process.once('exit', discard);
    console.error(`Building ${this.commit.slice(0, 7)} in ${this.folder}`);
    git('worktree', 'add', '--quiet', '--force', '--detach', this.folder, this.commit);
    await this.install();
    await run(this.folder, 'npm', ['run', '--silent', 'build']);
    writeFileSync(this.note, '');
    process.off('exit', discard);
  }

  /** The packages that its lock names: ours, without copying them, where they are the same. */
  private async install(): Promise<void> {
    const [theirs, ours] = [join(this.folder, LOCK), inProject(LOCK)].map((path) =>
      readFileSync(path, 'utf8'),
    );
    if (theirs === ours) {
      const installed = realpathSync(inProject('node_modules'));
      await run(this.folder, 'cp', ['-al', installed, join(this.folder, 'node_modules')]);
    } else {
      await run(this.folder, 'npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund']);
    }
  }

  private remove(path: string): void {
    rmSync(`${path}.built`, { force: true });
    rmSync(path, { recursive: true, force: true });
    git('worktree', 'prune');
  }
}

/** @returns what git says. @throws with it where git fails */
function git(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd: inProject('.'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr || 'no such commit'}`);
  return stdout;
}

/** Runs a program; what it says goes to the error output. @throws where it fails */
async function run(cwd: string, command: string, args: readonly string[]): Promise<void> {
  // A group of its own, so that what the program starts ends with the benchmark as well.
  const child = spawn(command, args, {
    cwd,
    env: withoutNpm(process.env),
    stdio: ['ignore', 2, 2],
    detached: true,
  });
  const kill = () => process.kill(-child.pid!, 'SIGKILL');
  process.prependOnceListener('exit', kill);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}`);
  } finally {
    process.off('exit', kill);
  }
}

/** `npm run` says to its children where it works; npm would believe it. */
function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOfRun = (name: string) =>
    /^npm_(package|lifecycle)_|^npm_config_local_prefix$|^INIT_CWD$/.test(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOfRun(name)));
}
