// Builds what runs: `node build.mjs`, or with `--if-needed` only what is not built from the sources as they
// are now. Steps that don't need each other run side by side.
import { spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteOf } from './packaging/bundled-packages.mjs';
import { BuildRecord, contentsOf } from './packaging/build-record.mjs';
import { compilerOf, KERNELS } from './packaging/kernels.mjs';

const require = createRequire(import.meta.url);
const { tryLock, waitForLock } = require('fs-native-extensions');

const CLIENT = 'clients/typescript';
const OWN_FILES = [
  'build.mjs',
  'packaging/bundle.mjs',
  'packaging/bundle-client.mjs',
  'packaging/kernels.mjs',
  'packaging/bundled-packages.mjs',
  'packaging/h5wasm-in-files.mjs',
];
const SWAGGER_UI = 'node_modules/swagger-ui-dist';
/** What Swagger UI's page asks for, and the licences of what is in it. */
const SWAGGER_UI_FILES =
  /^(swagger-ui\.css|swagger-ui-(bundle|standalone-preset)\.js(\.LICENSE\.txt)?|favicon-.*\.png|LICENSE|NOTICE)$/;
const INSTALLED = 'node_modules/.package-lock.json';

/** Programs of packages, which lie where npm has put them. */
const programs = {
  tsc: ['node_modules/typescript/bin/tsc', '-p', `${CLIENT}/tsconfig.json`],
  nest: ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
  vite: [
    'node_modules/vite/bin/vite.js',
    'build',
    '--config',
    'web/vite.config.ts',
    '--logLevel',
    'warn',
  ],
};

const KERNEL_FILES = KERNELS.map(({ folder, file }) => `${folder}/${file}`);

/** What reads numbers in the data API's replies, in WebAssembly. */
const kernels = {
  record: new BuildRecord(
    'dist/.kernels.json',
    () =>
      contentsOf(
        [
          ...KERNELS.map(({ folder }) => `src/${folder}`),
          ...[INSTALLED, 'asconfig.json', 'packaging/kernels.mjs'],
        ],
        (file) => !file.endsWith('.wasm'),
      ),
    () => contentsOf(KERNEL_FILES.map((file) => `src/${file}`)),
  ),
  clear: () => KERNEL_FILES.forEach((file) => remove(`src/${file}`)),
  build: () =>
    Promise.all(KERNELS.map((kernel) => run(`src/${kernel.folder}`, compilerOf(kernel)))),
};

/** Broker, writer and command line. */
const services = {
  record: new BuildRecord(
    'dist/.services.json',
    () =>
      contentsOf(
        ['src', INSTALLED, 'asconfig.json', 'nest-cli.json', 'tsconfig.json', ...OWN_FILES],
        // What tests bundle for themselves lies there as well.
        (file) => !/\.(spec|fixture)\.ts$|\.(wasm|js)$/.test(file),
      ),
    () => contentsOf(['build', 'dist/cli', noteOf('cli')]),
  ),
  clear: () => ['build', 'dist/cli'].forEach(remove),
  async build() {
    await Promise.all([
      kernels.record.isCurrent || buildPart(kernels),
      run('the services', programs.nest),
    ]);
    removeWithoutSource();
    for (const { folder, file } of KERNELS) {
      mkdirSync(`build/${folder}`, { recursive: true });
      copyFileSync(`src/${folder}/${file}`, `build/${folder}/${file}`);
    }
    await run('the bundle', ['packaging/bundle.mjs']);
  },
};

/** What browsers load. */
const page = {
  record: new BuildRecord(
    'dist/.page.json',
    () =>
      contentsOf(
        ['web', 'clients/typescript', INSTALLED, ...OWN_FILES],
        (file) => !/\.spec\.tsx?$/.test(file),
      ),
    () => contentsOf(['dist/page', noteOf('page')]),
  ),
  clear: () => remove('dist/page'),
  build: () => run('the page', programs.vite),
};

/** What a broker serves at /docs. */
const swaggerUi = {
  record: new BuildRecord(
    'dist/.swagger-ui.json',
    () => contentsOf([INSTALLED, ...OWN_FILES]),
    () => contentsOf(['dist/swagger-ui']),
  ),
  clear: () => remove('dist/swagger-ui'),
  build() {
    mkdirSync('dist/swagger-ui', { recursive: true });
    for (const file of readdirSync(SWAGGER_UI).filter((name) => SWAGGER_UI_FILES.test(name)))
      copyFileSync(join(SWAGGER_UI, file), join('dist/swagger-ui', file));
  },
};

/** The TypeScript client, for other programs. */
const client = {
  record: new BuildRecord(
    'dist/.client.json',
    () => contentsOf([CLIENT, INSTALLED, ...OWN_FILES]),
    () => contentsOf(['dist/client', noteOf('client')]),
  ),
  clear: () => remove('dist/client'),
  async build() {
    await run('the types of the client', programs.tsc);
    await run('the client', ['packaging/bundle-client.mjs']);
  },
};

/** What the package says of the packages that it brings. */
const thirdParty = {
  record: new BuildRecord(
    'dist/.third-party.json',
    () => ({
      ...contentsOf(['dist'], (file) => file.startsWith(noteOf(''))),
      ...contentsOf([
        'package.json',
        'package-lock.json',
        'packaging/third-party.mjs',
        ...OWN_FILES,
      ]),
    }),
    () => contentsOf(['THIRD_PARTY_LICENSES', 'sbom.cdx.json']),
  ),
  clear: () => undefined,
  build: () => run('the licences', ['packaging/third-party.mjs']),
};

/** The transport, for other Nest applications. */
const transport = {
  record: new BuildRecord(
    'dist/.transport.json',
    () =>
      contentsOf(
        [
          ...['transport', 'logging', 'encoding', 'concurrency'].map((folder) => `src/${folder}`),
          ...[INSTALLED, 'tsconfig.json', 'packaging/bundle-transport.mjs', ...OWN_FILES],
        ],
        (file) => !/\.(spec|fixture)\.ts$/.test(file),
      ),
    () => contentsOf(['dist/transport', noteOf('transport')]),
  ),
  clear: () => remove('dist/transport'),
  build: () => run('the transport', ['packaging/bundle-transport.mjs']),
};

const running = new Set();

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
mkdirSync('dist', { recursive: true });
const lock = openSync('dist/.lock', 'a+');
try {
  await once(lock);
  const onlyIfNeeded = process.argv.includes('--if-needed');
  const parts = [services, swaggerUi, transport];
  if (existsSync('web/vite.config.ts')) parts.push(page);
  if (existsSync(`${CLIENT}/client.ts`)) parts.push(client);
  const wanted = parts.filter(({ record }) => !(onlyIfNeeded && record.isCurrent));
  if (wanted.length > 0) await buildAll(wanted);
  if (!thirdParty.record.isCurrent) await buildPart(thirdParty);
  await run('the stamp', ['packaging/stamp-build.mjs']);
} catch (error) {
  for (const child of running) child.kill();
  say(error.message);
  process.exitCode = 1;
} finally {
  closeSync(lock);
}

/** Beside what the command that is built prints. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Two builds at once would mix what they write. */
async function once(file) {
  if (tryLock(file)) return;
  say('waiting for another build…');
  await waitForLock(file);
}

async function buildAll(parts) {
  say('building…');
  const begun = performance.now();
  await Promise.all(parts.map((part) => buildPart(part)));
  say(`built in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

async function buildPart({ record, clear, build }) {
  // The compiler writes what has changed, and takes the rest to be there.
  if (!record.isWhole) clear();
  const complete = record.begin();
  await build();
  complete();
}

/** Runs a program of Node's. What it says is told where it fails. */
function run(what, [program, ...args]) {
  return new Promise((resolve, reject) => {
    // With the lock: what outlives an interrupted build keeps the next one waiting.
    const stdio = ['ignore', 'pipe', 'pipe', lock];
    const child = spawn(process.execPath, [program, ...args], { stdio });
    running.add(child);
    const said = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes) => said.push(bytes));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve();
      reject(
        new Error(
          `${Buffer.concat(said).toString()}\nCan't build ${what}: it ended with ${signal ?? code}.`,
        ),
      );
    });
  });
}

/** What was compiled from a source that is gone. */
function removeWithoutSource() {
  for (const entry of readdirSync('build', { recursive: true })) {
    if (!/\.js(\.map)?$/.test(entry)) continue;
    const source = join('src', entry.replace(/\.js(\.map)?$/, '.ts'));
    if (!existsSync(source)) remove(join('build', entry));
  }
}

function remove(path) {
  rmSync(path, { recursive: true, force: true });
}
