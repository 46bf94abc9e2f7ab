import type { CommandAtPath, CompletedFlag } from './commands-with-paths.js';

/** The paths of all subcommands, each in quotes, as patterns of a shell. */
export function pathsOf(commands: readonly CommandAtPath[]): string[] {
  return commands.flatMap(({ path }) => (path === '' ? [] : [quoted(path)]));
}

/** Each flag that has values to choose from, once: they are the same for all commands. */
export function valuesOf(commands: readonly CommandAtPath[]): CompletedFlag[] {
  const flags = commands.flatMap((each) => each.flags).filter(({ choices }) => choices.length > 0);
  return [...new Map(flags.map((flag) => [flag.long, flag])).values()];
}

/** In single quotes, as bash and zsh take it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
