import { existsSync, readFileSync } from 'node:fs';

/** Version of this package. */
export function version(): string {
  const description = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(description) as { version: string }).version;
}

/** Version and, where this was built by `npm run build`, of what: `0.1.0 (bd4fadc)`. */
export function versionAndBuild(): string {
  const build = new URL('../build.txt', import.meta.url);
  return existsSync(build) ? `${version()} (${readFileSync(build, 'utf8').trim()})` : version();
}
