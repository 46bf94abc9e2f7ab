// What `nest build` left in build/, and the packages that it imports, as the few files of dist/cli: a
// start is mostly finding and opening 1800 files otherwise (docs/decisions/0017-bundle.md).
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'rolldown';
import { bundledPackages } from './bundled-packages.mjs';
import { h5wasmInFiles } from './h5wasm-in-files.mjs';
import { KERNELS } from './kernels.mjs';

const BESIDE = /new URL\('\.\/([^']+)', import\.meta\.url\)/g;

// All code comes to lie in one folder, and beside it what it opens by its own place.
const filesBeside = {
  name: 'files-beside-the-code',
  transform: {
    filter: { id: /\/build\/.*\.js$/ },
    handler(code) {
      const beside = (_, file) => `new URL('./${basename(file)}', import.meta.url)`;
      return { code: code.replaceAll(BESIDE, beside), map: null };
    },
  },
  generateBundle() {
    for (const { folder, file } of KERNELS) {
      const source = readFileSync(`build/${folder}/${file}`);
      this.emitFile({ type: 'asset', fileName: file, source });
    }
  },
};

// All of it is packed, whatever another build left there.
rmSync('dist/cli', { recursive: true, force: true });
const OPTIONS = {
  platform: 'node',
  // With code that is no JavaScript. fs-native-extensions stays outside as well: it is loaded by createRequire().
  external: ['zeromq'],
  plugins: [filesBeside, h5wasmInFiles, bundledPackages('cli')],
  onLog(level, log, handle) {
    // Nest can do with many packages that nobody installs who does not need them.
    const isOptional = log.code === 'UNRESOLVED_IMPORT' && /node_modules/.test(log.message);
    if (!isOptional) handle(level === 'warn' ? 'error' : level, log);
  },
  output: {
    dir: 'dist/cli',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // The engine keeps the text of all it loads, with two bytes a character where one is beyond Latin-1.
    charset: 'ascii',
    comments: { legal: true, annotation: false, jsdoc: false },
  },
};
await build({
  ...OPTIONS,
  input: [
    'build/cli/main.js',
    'build/writer/threads/job-thread.js',
    'build/hdf5/read/thread/reading-thread.js',
    'build/writer/threads/file-thread.js',
    'build/writer/threads/watchdog-thread.js',
  ],
});
// Apart: what programs have in common lies in files of its own, and each start would have more to open.
await build({
  ...OPTIONS,
  input: ['build/viewer/child/viewing-child.js', 'build/viewer/child/parent-watch-thread.js'],
});
await build({ ...OPTIONS, input: 'build/writer/threads/hdf5-thread.js' });
// npx does so only when it first meets a package, and a new build would end with "Permission denied".
chmodSync('dist/cli/main.js', 0o755);
