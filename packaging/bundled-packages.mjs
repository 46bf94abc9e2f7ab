// Which packages have code in what is built: what is said of licences comes from there.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LICENCE_FILE = /^(un)?licen[cs]e|^copying|^notice|\.licen[cs]e\.txt$/i;

/** Where the packages of a part are noted, as their folders; the parts are what dist has folders for. */
export const noteOf = (part) => `dist/.packages-${part}`;

/** Between two licences. */
export const RULE = `\n${'-'.repeat(80)}\n\n`;

const inOrder = (one, other) => (one < other ? -1 : 1);

/**
 * A plugin of rolldown and of Vite. It notes the packages whose modules were taken in by any of the builds that have it.
 *
 * @param file for a file beside the code with the licences of these packages
 */
export function bundledPackages(part, { file } = {}) {
  const folders = new Set();
  return {
    name: 'bundled-packages',
    generateBundle(_, bundle) {
      for (const { type, moduleIds } of Object.values(bundle)) {
        if (type !== 'chunk') continue;
        for (const id of moduleIds) {
          const folder = folderOf(id);
          if (folder) folders.add(folder);
        }
      }
      const sorted = [...folders].sort(inOrder);
      if (file) this.emitFile({ type: 'asset', fileName: file, source: licencesOf(sorted) });
      writeFileSync(noteOf(part), JSON.stringify(sorted));
    },
  };
}

/** The folder of the package that a module is of; undefined for modules of ours. */
function folderOf(id) {
  const [path] = id.split('?');
  const start = path.indexOf('node_modules/');
  if (start < 0) return undefined;
  for (let folder = dirname(path); !folder.endsWith('node_modules'); folder = dirname(folder)) {
    // Some packages have further ones, without a name, inside.
    const description = join(folder, 'package.json');
    if (existsSync(description) && 'version' in JSON.parse(readFileSync(description, 'utf8')))
      return folder.slice(folder.indexOf('node_modules/', start - 1));
  }
  return undefined;
}

/** The licences of packages, each once, as one text. */
export function licencesOf(folders) {
  const texts = new Map(folders.map((folder) => [titleOf(folder), textOf(folder)]));
  return [...texts]
    .sort(([one], [other]) => inOrder(one, other))
    .map(([title, text]) => `${title}\n\n${text}\n`)
    .join(RULE);
}

function titleOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version} (${license ?? 'see its text'})`;
}

function textOf(folder) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), 'utf8').trim());
  return files.length > 0 ? files.join('\n\n') : 'The package has no text of its licence.';
}
