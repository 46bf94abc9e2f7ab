import { execFileSync, spawnSync } from 'node:child_process';
import { constants, accessSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from './support/service.js';

// Nest looks for them by name: when an application is made, and for the files of the Swagger UI.
const LOADED_BY_NEST = ['@nestjs/platform-express', 'swagger-ui-dist'];

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface PackageDescription {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const description = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
) as PackageDescription;

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}

describe('the package', () => {
  let packed: string[];

  beforeAll(() => {
    // Without scripts: they would build anew while other tests use what is built.
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const listing = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
    const [{ files }] = JSON.parse(listing) as [{ files: { path: string }[] }];
    packed = files.map(({ path }) => path);
  });

  it('has all that was built, for running and for setting it up', () => {
    const built = filesBelow('dist').filter((file) => /\.(js|wasm|txt)$/.test(file));
    expect(built).toContain('dist/cli/kernel.wasm');
    expect(built).toContain('dist/build.txt');
    expect(packed).toEqual(expect.arrayContaining([...built, ...filesBelow('deploy')]));
    expect(packed).toEqual(expect.arrayContaining(['README.md', 'docs/operations.md']));
  });

  it('has a command that can be run as it was built', () => {
    expect(() => accessSync(MAIN, constants.X_OK)).not.toThrow();
  });

  it('has nothing else', () => {
    const others = packed.filter(
      (file) =>
        !/^(dist\/cli\/([\w.-]+\.(js|wasm)|hdf5\.LICENSE\.txt)|dist\/page\/.*|dist\/build\.txt|deploy\/.*)$/.test(
          file,
        ),
    );
    const documents = others.filter((file) => /^docs\/.*\.(md|svg|png)$/.test(file));
    expect(others.filter((file) => !documents.includes(file)).sort()).toEqual([
      'README.md',
      'package.json',
    ]);
    expect(packed.filter((file) => /\.(spec|fixture)\.|^test|^bench/.test(file))).toEqual([]);
  });

  it('is built whenever it is packed', () => {
    expect(description.scripts.prepack).toContain('npm run --silent build');
  });

  it('depends on what it imports, and on nothing else', () => {
    const imported = new Set(LOADED_BY_NEST);
    for (const file of filesBelow('build').filter((each) => each.endsWith('.js'))) {
      const code = readFileSync(join(ROOT, file), 'utf8');
      for (const [, name] of code.matchAll(
        /\b(?:from|import|import\(|require\(|resolve\()\s*['"]((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^'"]*)?['"]/g,
      )) {
        imported.add(name);
      }
    }
    expect([...imported].sort()).toEqual(Object.keys(description.dependencies).sort());
  });

  it('takes no more from other packages than its bundle has to, in the versions that were tested', () => {
    const outside = new Set<string>();
    for (const file of filesBelow('dist/cli').filter((each) => each.endsWith('.js'))) {
      const code = readFileSync(join(ROOT, file), 'utf8');
      for (const [, name] of code.matchAll(
        /^(?:import|export) (?:.* from )?"((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^"]*)?";$/gm,
      )) {
        if (name !== '.' && !isBuiltin(name)) outside.add(name);
      }
    }
    expect([...outside]).toEqual(['zeromq']);
    for (const name of [...outside, 'h5wasm', 'swagger-ui-dist', 'fs-native-extensions']) {
      expect(description.dependencies[name]).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('has HDF5 in a file of its own, which code does not carry as a text, and what its license says', () => {
    const bytes = readFileSync(join(ROOT, 'dist/cli/hdf5.wasm'));
    expect(() => new WebAssembly.Module(bytes)).not.toThrow();
    const code = filesBelow('dist/cli').filter((each) => each.endsWith('.js'));
    const sizes = code.map((file) => statSync(join(ROOT, file)).size);
    expect(Math.max(...sizes)).toBeLessThan(bytes.length);
    const original = readFileSync(join(ROOT, 'node_modules/h5wasm/LICENSE.txt'), 'utf8');
    const license = readFileSync(join(ROOT, 'dist/cli/hdf5.LICENSE.txt'), 'utf8');
    expect(license.endsWith(original)).toBe(true);
  });

  it.each([
    '',
    'var nothing',
    "function findWasmBinary(){return binaryDecode('no')}function getBinarySync(",
  ])('is not built where h5wasm is written otherwise: %s', (code) => {
    const program = `
        import { h5wasmInFiles } from './h5wasm-in-files.mjs';
        const id = process.cwd() + '/node_modules/h5wasm/dist/node/hdf5_util.js';
        h5wasmInFiles.transform.handler.call({ emitFile() {} }, ${JSON.stringify(code)}, id);`;
    const args = ['--input-type=module', '--eval', program];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('h5wasm');
  });

  it('says which version and which build it is', () => {
    const build = readFileSync(join(ROOT, 'dist/build.txt'), 'utf8').trim();
    expect(build).toMatch(/^[0-9a-f]{7,}(-dirty)?$|^\d{4}-\d\d-\d\d$/);
    const said = execFileSync(process.execPath, [MAIN, '--version'], { encoding: 'utf8' });
    expect(said).toBe(`${description.version} (${build})\n`);
  });
});
