// Writes dist/build.txt, what `sf-databuffer --version` says beside the version: the commit, or the
// day where sources without their history are built.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';

/** Undefined without a history, without git, or where git does not trust the folder's owner. */
function commit() {
  // Not that of a repository around these sources.
  if (!existsSync('.git')) return undefined;
  const args = ['describe', '--always', '--dirty', '--exclude=*'];
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const build = process.env.BUILD_COMMIT || commit() || new Date().toISOString().slice(0, 10);
writeFileSync('dist/build.txt', `${build}\n`);
