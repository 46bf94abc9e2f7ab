// h5wasm as a bundle has it: its code, and beside it the WebAssembly that it carries as a text
// (docs/decisions/0017-bundle.md).
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

const BEGIN = 'function findWasmBinary(){return binaryDecode(';
const END = ')}function getBinarySync(';
const BYTES = 'hdf5.wasm';
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
      const read = `readBytes(new URL('./${BYTES}', import.meta.url))`;
      const imported = `import { readFileSync as readBytes } from 'node:fs';\n`;
      return { code: `${imported}${before}${read}${after}`, map: null };
    },
  },
};

/** @throws where there are no such bytes, or more than one such text */
function partsOf(code) {
  const [head, rest, ...more] = code.split(BEGIN);
  const end = rest?.indexOf(END) ?? -1;
  if (end === -1 || more.length > 0) throw new Error('h5wasm has its bytes elsewhere');
  // As its binaryDecode() reads them.
  const bytes = Buffer.from(runInNewContext(rest.slice(0, end)), 'latin1');
  if (!WebAssembly.validate(bytes)) throw new Error('the bytes of h5wasm are no WebAssembly');
  const call = BEGIN.slice(0, -'binaryDecode('.length);
  return { before: head + call, bytes, after: rest.slice(end + 1) };
}
