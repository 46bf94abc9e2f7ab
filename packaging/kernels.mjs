// The modules of WebAssembly: each a folder of AssemblyScript, and a target of asconfig.json.

const ASC = 'node_modules/assemblyscript/bin/asc.js';

export const KERNELS = [
  { target: 'json', folder: 'databuffer/json/kernel', file: 'kernel.wasm' },
  { target: 'api4', folder: 'databuffer/api4/cbor/kernel', file: 'api4-kernel.wasm' },
];

/** What Node runs to compile a kernel into the folder of its sources. */
export function compilerOf({ target, folder }) {
  return [ASC, `src/${folder}/index.ts`, '--config', 'asconfig.json', '--target', target];
}
