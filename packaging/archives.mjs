// `npm run bundle`: for each platform one archive with all that runs, Node.js included, for hosts without a way
// to npm's registry (docs/decisions/0037-archives.md). The same commit gives the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, extract } from 'tar';

const TARGET = 'archives';
const NODE = JSON.parse(
  readFileSync(new URL('../deploy/archive/node.json', import.meta.url), 'utf8'),
);
/** What packages bring for several platforms: folders, and how the one of a platform is named. */
const PREBUILT = [
  { folder: 'node_modules/zeromq/build', named: (platform) => platform.split('-') },
  { folder: 'node_modules/fs-native-extensions/prebuilds', named: (platform) => [platform] },
];

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'sf-databuffer-archives-'));
try {
  rmSync(TARGET, { recursive: true, force: true });
  mkdirSync(TARGET);
  execFileSync(process.execPath, ['build.mjs', '--if-needed'], { stdio: 'inherit' });
  const packed = pack('.', '--ignore-scripts');
  for (const platform of Object.keys(NODE.integrity)) await archive(platform, packed);
} finally {
  rmSync(scratch, { recursive: true });
}

async function archive(platform, packed) {
  const name = `sf-databuffer-${version}-${platform}`;
  const folder = join(scratch, name);
  unpack(packed, folder);
  for (const { folder: prebuilt, named } of PREBUILT) {
    keepOnly(join(folder, prebuilt), named(platform));
  }
  unpack(nodeFor(platform), join(folder, 'node'), ['package/bin/node', 'package/LICENSE']);
  mkdirSync(join(folder, 'bin'));
  copyFileSync('deploy/archive/sf-databuffer', join(folder, 'bin/sf-databuffer'));

  const file = `${name}.tar.gz`;
  const options = { cwd: scratch, gzip: { level: 9 }, portable: true, mtime: changed() };
  await create({ ...options, file: join(TARGET, file) }, filesBelow(name));
  const sum = createHash('sha256')
    .update(readFileSync(join(TARGET, file)))
    .digest('hex');
  writeFileSync(join(TARGET, 'SHA256SUMS'), `${sum}  ${file}\n`, { flag: 'a' });
  process.stdout.write(`${join(TARGET, file)}\n`);
}

/** @throws where it is not the one that was tried with this version */
function nodeFor(platform) {
  const file = pack(`node-${platform}@${NODE.version}`);
  const digest = createHash('sha512').update(readFileSync(file)).digest('base64');
  if (`sha512-${digest}` !== NODE.integrity[platform]) {
    throw new Error(
      `Node.js ${NODE.version} for ${platform} is not as deploy/archive/node.json has it`,
    );
  }
  return file;
}

/** As `npm pack` makes or fetches it. */
function pack(what, ...flags) {
  const args = ['pack', what, '--json', '--pack-destination', scratch, ...flags];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8' }));
  return join(scratch, filename);
}

function unpack(file, folder, members = []) {
  mkdirSync(folder, { recursive: true });
  extract({ file, cwd: folder, strip: 1, sync: true }, members);
}

/** Of a folder's folders, and theirs, those on a path. */
function keepOnly(folder, [wanted, ...further]) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== wanted)
      rmSync(join(folder, entry.name), { recursive: true });
  }
  if (further.length > 0) keepOnly(join(folder, wanted), further);
}

/** In an order that does not depend on the disk. */
function filesBelow(name) {
  return readdirSync(join(scratch, name), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(scratch.length + 1))
    .sort();
}

/** When what is packed was changed: by the commit. */
function changed() {
  const seconds = execFileSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' });
  return new Date(Number(seconds) * 1000);
}
