import { existsSync, readFileSync } from 'node:fs';

/** Version of this package. */
export function version(): string {
  const description = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(description) as { version: string }).version;
}

/** The commit that was built, e.g. `bd4fadc`; undefined where it was not built by `npm run build`. */
export function build(): string | undefined {
  const file = new URL('../build.txt', import.meta.url);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** Version and build: `0.1.0 (bd4fadc)`. */
export function versionAndBuild(): string {
  const built = build();
  return built === undefined ? version() : `${version()} (${built})`;
}
