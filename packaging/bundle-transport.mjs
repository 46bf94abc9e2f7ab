// The transport for other Nest applications as one file of code and one of types
// (docs/decisions/0036-transport-for-others.md).
import { rmSync } from 'node:fs';
import { build } from 'rolldown';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { bundledPackages } from './bundled-packages.mjs';

const ENTRY = 'src/transport/exported.ts';
const TSCONFIG = 'tsconfig.json';
// Of the application that it is part of: another Nest would not know its classes.
const external = /^(@nestjs\/|rxjs$|zeromq$)/;

rmSync('dist/transport', { recursive: true, force: true });
await build({
  input: ENTRY,
  platform: 'node',
  tsconfig: TSCONFIG,
  external,
  plugins: [bundledPackages('transport')],
  onLog: fail,
  output: {
    file: 'dist/transport/transport.js',
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});

const types = await rollup({
  input: ENTRY,
  external,
  onLog: fail,
  // What is marked as internal is between our own parts.
  plugins: [dts({ tsconfig: TSCONFIG, compilerOptions: { stripInternal: true } })],
});
await types.write({
  file: 'dist/transport/transport.d.ts',
  banner: '/// <reference types="node" />',
});

function fail(level, log) {
  throw new Error(`${level}: ${log.message}`);
}
