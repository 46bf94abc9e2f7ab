import type { Command } from 'commander';
import { settingsOf } from '../../config/setting.js';
import { SERVICE_SETTINGS } from '../command-line.js';

/** A command and what may stand behind it. */
export interface CommandAtPath {
  /** Names that lead to it, each after a blank; empty for the root. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly CompletedFlag[];
}

export interface CompletedFlag {
  /** `--rest_port`. */
  readonly long: string;
  /** A few words. */
  readonly summary: string;
  readonly takesValue: boolean;
  /** The values that it has; empty where they are without number. */
  readonly choices: readonly string[];
}

const MAX_SUMMARY = 60;
const HELP: CompletedFlag = {
  long: '--help',
  summary: 'display this help',
  takesValue: false,
  choices: [],
};

/** A command and all below it. @param command with all its subcommands loaded */
export function commandsWithPaths(command: Command, path = ''): CommandAtPath[] {
  const flags = command.options.map((option): CompletedFlag => {
    const long = option.long!;
    return {
      long,
      summary: summaryOf(option.description),
      takesValue: option.required || option.optional,
      choices: CHOICES.get(long.slice(2)) ?? [],
    };
  });
  const commands = command.commands.map((child) => ({
    name: child.name(),
    summary: child.summary(),
  }));
  return [
    { path, commands, flags: [...flags, HELP] },
    ...command.commands.flatMap((child) => commandsWithPaths(child, `${path} ${child.name()}`)),
  ];
}

// A level may also be written in small letters; once is enough to choose from.
const CHOICES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values(SERVICE_SETTINGS)
    .flatMap((settings) => settingsOf(settings))
    .map(({ name, choices = [] }) => [
      name,
      choices.filter(
        (each) => !choices.includes(each.toUpperCase()) || each === each.toUpperCase(),
      ),
    ]),
);

/** The beginning of a description, up to where details begin. */
function summaryOf(description: string): string {
  const [start] = description.split(/[;(]|, e\.g\./);
  if (start.length <= MAX_SUMMARY) return start.trim();
  return `${start.slice(0, start.lastIndexOf(' ', MAX_SUMMARY))} …`;
}
