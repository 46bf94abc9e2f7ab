// h5wasm as a bundle has it: its code, and beside it the WebAssembly that it carries as a text
// (docs/decisions/0017-bundle.md).
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

const BYTES = 'hdf5.wasm';
/** Around the text; what is found there is what is kept as long as the thread lives. */
const BEGIN = 'function findWasmBinary(){return binaryDecode(';
const END = ')}function getBinarySync(file){return file}';
const INSTEAD = `function findWasmBinary(){return './${BYTES}'}\
function getBinarySync(file){return readBytes(new URL(file, import.meta.url))}`;
const IMPORT = `import { readFileSync as readBytes } from 'node:fs';\n`;
const NOTICE = `Of h5wasm, changed: its WebAssembly, which it has as a text in hdf5_util.js, lies in ${BYTES}, and is
read from there. What follows is the license statement of h5wasm.

`;

/** A plugin of rolldown. It ends the build where h5wasm is not written as it expects. */
export const h5wasmInFiles = {
  name: 'h5wasm-in-files',
  transform: {
    filter: { id: /\/h5wasm\/dist\/node\/hdf5_util\.js$/ },
    handler(code, id) {
      const { before, bytes, after } = partsOf(code);
      const license = readFileSync(new URL('../../LICENSE.txt', `file://${id}`), 'utf8');
      this.emitFile({ type: 'asset', fileName: BYTES, source: bytes });
      this.emitFile({ type: 'asset', fileName: 'hdf5.LICENSE.txt', source: NOTICE + license });
      return { code: `${IMPORT}${before}${INSTEAD}${after}`, map: null };
    },
  },
};

/** @throws where there are no such bytes, or more than one such text */
function partsOf(code) {
  const [before, rest, ...more] = code.split(BEGIN);
  const [text, after] = rest?.split(END) ?? [];
  if (after === undefined || more.length > 0) throw new Error('h5wasm has its bytes elsewhere');
  // As its binaryDecode() reads them.
  const bytes = Buffer.from(runInNewContext(text), 'latin1');
  if (!WebAssembly.validate(bytes)) throw new Error('the bytes of h5wasm are no WebAssembly');
  return { before, bytes, after };
}
