import { execFileSync, spawnSync } from 'node:child_process';
import { constants, accessSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { describe, expect, it } from 'vitest';
import { MAIN } from './support/service.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface PackageDescription {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bundleDependencies: readonly string[];
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const description = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
) as PackageDescription;

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly unknown[];
}

/** Between the licences of two packages. */
const RULE = `\n${'-'.repeat(80)}\n\n`;

function described(folder: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as never;
}

/** Where the packages lie that are installed beside the bundle. */
function bundled(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly dev?: true }>;
  };
  return Object.keys(lock.packages).filter((path) => path !== '' && !lock.packages[path].dev);
}

const purlOf = (name: string, version: string) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}

describe('the package', () => {
  it('has a command that can be run as it was built', () => {
    expect(() => accessSync(MAIN, constants.X_OK)).not.toThrow();
  });

  it('is built whenever it is packed', () => {
    expect(description.scripts.prepack).toContain('npm run --silent build');
  });

  it('brings the few packages that its bundle leaves outside, in the versions that were tested', () => {
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
    const names = [...outside, 'fs-native-extensions'].sort();
    expect(Object.keys(description.dependencies)).toEqual(names);
    expect(description.bundleDependencies).toEqual(names);
    for (const name of names) {
      expect(description.dependencies[name]).toMatch(/^\d+\.\d+\.\d+$/);
    }
    // The bundle has changed these, or says where their files are.
    for (const name of ['h5wasm', 'swagger-ui-dist']) {
      expect(description.devDependencies[name]).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('asks for nothing of those who use its transport in an application of theirs alone', () => {
    // A peer that is there in another version keeps npm from installing, an optional one too.
    const transport = readFileSync(join(ROOT, 'dist/transport/transport.js'), 'utf8');
    const needed = [...transport.matchAll(/from "((?:@[^/"]+\/)?[a-z][^/":]*)/g)].map(
      ([, name]) => name,
    );
    const ofNest = ['@nestjs/core', 'reflect-metadata', 'rxjs'];
    expect([...needed, ...ofNest]).toEqual(
      expect.arrayContaining(Object.keys(description.peerDependencies)),
    );
    for (const [name, range] of Object.entries(description.peerDependencies)) {
      expect(description.peerDependenciesMeta[name]).toEqual({ optional: true });
      const majors = range.split(' || ').map((each) => /^\^\d+/.exec(each)![0]);
      expect(majors).toContain(/^\^\d+/.exec(description.devDependencies[name])![0]);
    }
  });

  it('has no package in its tree that reports who installs it', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as {
      packages: Record<string, { name?: string; hasInstallScript?: boolean }>;
    };
    const telling = Object.entries(packages).filter(([path]) => path.endsWith('@scarf/scarf'));
    for (const [, { name, hasInstallScript }] of telling) {
      expect(name).toBe('empty-npm-package');
      expect(hasInstallScript).toBeUndefined();
    }
  });

  describe('says of the packages that it brings', () => {
    const licences = readFileSync(join(ROOT, 'THIRD_PARTY_LICENSES'), 'utf8');
    const bill = readFileSync(join(ROOT, 'sbom.cdx.json'), 'utf8');
    const { components } = JSON.parse(bill) as { components: Component[] };

    /** Where each package lies that has code in dist: the bundler says so of each module. */
    const foldersInBundle = () => {
      const folders = new Set<string>();
      for (const file of filesBelow('dist/cli').filter((each) => each.endsWith('.js'))) {
        const code = readFileSync(join(ROOT, file), 'utf8');
        for (const [, folder] of code.matchAll(
          /^\/\/ (node_modules\/(?:.*\/node_modules\/)?(?:@[^/\n]+\/)?[^/\n]+)\//gm,
        )) {
          folders.add(folder);
        }
      }
      return [...folders];
    };

    it('the licences, with their texts', () => {
      const folders = foldersInBundle();
      expect(folders.length).toBeGreaterThan(50);
      for (const folder of [...folders, ...bundled(), 'node_modules/swagger-ui-dist']) {
        const { name, version } = described(folder);
        expect(licences).toContain(`\n${name} ${version} (`);
      }
      // Those of the page, which browsers are given.
      for (const part of readFileSync(join(ROOT, 'dist/page/licences.txt'), 'utf8').split(RULE)) {
        expect(licences).toContain(part.trim());
      }
      const withoutText = licences
        .split(RULE)
        .filter((part) => part.includes('has no text of its'));
      expect(withoutText.length).toBeLessThan(5);
    });

    it('versions, licences and hashes, as CycloneDX', async () => {
      expect(await new JsonStrictValidator(Version.v1dot6).validate(bill)).toBeNull();
      for (const folder of [...foldersInBundle(), ...bundled(), 'node_modules/swagger-ui-dist']) {
        const { name, version } = described(folder);
        const found = components.find((each) => each.purl === purlOf(name, version));
        expect(found, `${name} ${version}`).toBeDefined();
        expect(found!.hashes).toEqual([{ alg: 'SHA-512', content: expect.any(String) }]);
        expect(found!.licenses).toHaveLength(1);
      }
      const titles = components.map(({ group, name, version }) =>
        [group && `${group}/`, name, version && ` ${version}`].join(''),
      );
      expect(titles).toEqual(expect.arrayContaining(['libzmq', 'libsodium']));
      for (const title of titles) expect(licences).toContain(`${title} (`);
      expect(licences.split(RULE)).toHaveLength(titles.length);
    });
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
        import { h5wasmInFiles } from './packaging/h5wasm-in-files.mjs';
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
