import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

/**
 * An instance of a module of WebAssembly that needs nothing from outside.
 *
 * Its loops are optimized from so many bytes of them on that were executed, of 1.8 million by default:
 * what is read in a second should not take as long as what is optimized meanwhile. What was loaded
 * before keeps the default; to optimize all of HDF5 takes 10 MB more.
 */
export function instantiateKernel(file: URL): object {
  const code = readFileSync(file);
  setFlagsFromString('--wasm-tiering-budget=100000');
  return new WebAssembly.Instance(new WebAssembly.Module(code), {}).exports;
}
