// The TypeScript client as others import it: one file that runs in Node and browsers, and types that need no other
// package.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'rolldown';
import { bundledPackages } from './bundled-packages.mjs';

const FOLDER = 'dist/client';
/** Packages that are in the file, and where their types are. */
const PACKAGES = {
  'openapi-fetch': 'node_modules/openapi-fetch/dist/index.d.mts',
  'openapi-typescript-helpers': 'node_modules/openapi-typescript-helpers/dist/index.d.mts',
};

await build({
  input: 'clients/typescript/client.ts',
  platform: 'neutral',
  // It names its code under "import" alone.
  resolve: { conditionNames: ['import'] },
  plugins: [bundledPackages('client')],
  onLog(level, log, handle) {
    handle(level === 'warn' ? 'error' : level, log);
  },
  output: {
    file: `${FOLDER}/client.js`,
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});
const own = `${FOLDER}/client.d.ts`;
writeFileSync(own, withFilesBeside(readFileSync(own, 'utf8')));
for (const [name, types] of Object.entries(PACKAGES)) {
  const text = readFileSync(types, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  writeFileSync(`${FOLDER}/${name}.d.ts`, withFilesBeside(text));
}

/** Types with the packages that they import in files beside them. */
function withFilesBeside(types) {
  return types.replaceAll(/from (["'])([^"'.][^"']*)\1/g, (_, quote, name) => {
    if (!(name in PACKAGES)) throw new Error(`the types of the client need ${name}`);
    return `from ${quote}./${name}.js${quote}`;
  });
}
