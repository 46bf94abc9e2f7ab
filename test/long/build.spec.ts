import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { poll } from '../support/poll.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KERNEL = 'src/databuffer/json/kernel';

/** Stands for a compiler: copies its source, notes that it ran, and fails or waits where the source says so. */
const compiler = (source: string, output: string) => `
  const fs = require('node:fs');
  const text = fs.readFileSync('${source}', 'utf8');
  if (text.includes('wrong')) { console.log('${source} is wrong'); process.exit(2); }
  fs.mkdirSync(require('node:path').dirname('${output}'), { recursive: true });
  fs.writeFileSync('${output}', 'compiled: ' + text);
  fs.appendFileSync('runs', '${output}\\n');
  if (text.includes('slow')) setInterval(() => fs.existsSync('go on') && process.exit(), 10);`;

const FILES = {
  [`${KERNEL}/index.ts`]: 'kernel',
  'src/main.ts': 'main',
  'web/vite.config.ts': 'page',
  'node_modules/.package-lock.json': '{}',
  'node_modules/assemblyscript/bin/asc.js': compiler(`${KERNEL}/index.ts`, `${KERNEL}/kernel.wasm`),
  'node_modules/@nestjs/cli/bin/nest.js': compiler('src/main.ts', 'build/main.js'),
  'node_modules/swagger-ui-dist/swagger-ui.css': 'css',
  'node_modules/vite/bin/vite.js': compiler('web/vite.config.ts', 'dist/page/index.html'),
  'packaging/bundle.mjs': `import fs from 'node:fs';
    fs.mkdirSync('dist/cli', { recursive: true });
    fs.copyFileSync('build/main.js', 'dist/cli/main.js');`,
  'packaging/bundle-transport.mjs': '',
  'packaging/kernels.mjs': `export const KERNELS = [
    { folder: 'databuffer/json/kernel', file: 'kernel.wasm' }];
    export const compilerOf = () => ['node_modules/assemblyscript/bin/asc.js'];`,
  'packaging/stamp-build.mjs': '',
  'packaging/third-party.mjs': '',
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const own = ['build-record.mjs', 'bundled-packages.mjs'].map((name) => `packaging/${name}`);
  for (const file of ['build.mjs', ...own]) copyFileSync(ROOT + file, at(file));
  const needed = ['fs-native-extensions', 'require-addon', 'which-runtime'];
  for (const name of needed) symlinkSync(`${ROOT}node_modules/${name}`, at(`node_modules/${name}`));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (file: string) => join(folder, file);
const read = (file: string) => readFileSync(at(file), 'utf8');

/** What was built since the last look. */
function runs(): string[] {
  if (!existsSync(at('runs'))) return [];
  const names = read('runs').trim().split('\n');
  rmSync(at('runs'));
  return names.sort();
}

function build(): string {
  return execFileSync('sh', ['-c', 'node build.mjs --if-needed 2>&1'], {
    cwd: folder,
    encoding: 'utf8',
  });
}

async function said(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = '';
  child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, text };
}

const begin = () =>
  spawn(process.execPath, ['build.mjs', '--if-needed'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });

const ALL = [`${KERNEL}/kernel.wasm`, 'build/main.js', 'dist/page/index.html'].sort();

describe('a build where it is needed', () => {
  it('is made once, and then says nothing', () => {
    expect(build()).toMatch(/^building…\nbuilt in \d+\.\d s\n$/);
    expect(runs()).toEqual(ALL);
    expect(build()).toBe('');
    expect(runs()).toEqual([]);
  });

  it('is made of the parts whose sources have other contents, whatever the times of files', () => {
    build();
    runs();
    utimesSync(at('src/main.ts'), new Date(), new Date(Date.now() + 60_000));
    writeFileSync(at('src/main.spec.ts'), 'a spec');
    expect(build()).toBe('');

    writeFileSync(at('src/main.ts'), 'other');
    utimesSync(at('src/main.ts'), 1, 1);
    build();
    expect(runs()).toEqual(['build/main.js']);
    expect(read('dist/cli/main.js')).toBe('compiled: other');

    appendFileSync(at('web/vite.config.ts'), ' two');
    build();
    expect(runs()).toEqual(['dist/page/index.html']);

    writeFileSync(at('node_modules/.package-lock.json'), '{"other":1}');
    build();
    expect(runs()).toEqual(ALL);
  });

  it.each([
    ['a file was damaged', () => appendFileSync(at('dist/cli/main.js'), 'x'), ['build/main.js']],
    ['a file is gone', () => rmSync(at('dist/page/index.html')), ['dist/page/index.html']],
    ['all is gone', () => rmSync(at('dist'), { recursive: true }), ALL],
  ])('is made anew where %s', (_, spoil, expected) => {
    build();
    runs();
    spoil();
    build();
    expect(runs()).toEqual(expected);
    expect(build()).toBe('');
  });

  it('removes what was compiled from a source that is gone', () => {
    writeFileSync(at('src/old.ts'), '');
    mkdirSync(at('build'));
    writeFileSync(at('build/old.js'), '');
    build();
    expect(existsSync(at('build/old.js'))).toBe(false);

    writeFileSync(
      at('node_modules/@nestjs/cli/bin/nest.js'),
      "require('fs').writeFileSync('build/old.js', '')",
    );
    writeFileSync(at('src/main.ts'), 'other');
    build();
    expect(existsSync(at('build/old.js'))).toBe(true);
    rmSync(at('src/old.ts'));
    writeFileSync(at('node_modules/@nestjs/cli/bin/nest.js'), '');
    build();
    expect(existsSync(at('build/old.js'))).toBe(false);
  });

  it('says what is wrong, and is not taken for complete', async () => {
    writeFileSync(at('src/main.ts'), 'wrong');
    for (const _ of [1, 2]) {
      const { code, text } = await said(begin());
      expect(code).toBe(1);
      expect(text).toContain("src/main.ts is wrong\n\nCan't build the services");
    }
  });

  it('that was killed does not count, and the next one waits for what it left running', async () => {
    writeFileSync(at('src/main.ts'), 'slow');
    const killed = begin();
    await poll(() => (existsSync(at('build/main.js')) ? true : undefined));
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const next = begin();
    const end = said(next);
    await once(next.stderr, 'data');
    writeFileSync(at('go on'), '');
    const { code, text } = await end;
    expect(text).toMatch(/^waiting for another build…\nbuilding…\nbuilt in/);
    expect(code).toBe(0);
    expect(build()).toBe('');
  });

  it('is made once where two ask for it at once', async () => {
    const [one, other] = await Promise.all([said(begin()), said(begin())]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(runs()).toEqual(ALL);
  });
});
