import { readFileSync } from 'node:fs';

/** The assignments of a systemd unit or environment file, as they stand there; one name may come often. */
export function assignments(file: string | URL): (readonly [name: string, value: string])[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
}

/** The variables that a unit's `Environment=` lines set. */
export function unitEnvironment(file: string | URL): Record<string, string> {
  const lines = assignments(file).filter(([name]) => name === 'Environment');
  return Object.fromEntries(
    lines.map(([, text]) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}
