import { Command, Option } from 'commander';
import type { NamedSetting, SettingsClass } from '../config/setting.js';
import { settingsOf } from '../config/setting.js';
import { inGroups } from '../config/setting-groups.js';
import { withoutCredentials } from '../config/url-credentials.js';
import { type CommandLine, withProblems } from './command-line.js';
import { unknownFlag } from './unknown-flag.js';

interface OwnArgument {
  readonly name: string;
  readonly description: string;
  /** Takes all arguments that are left, as a list; of the last one only. */
  readonly several?: boolean;
  /** A flag of the command's own that makes it unnecessary. */
  readonly unless?: string;
  readonly optional?: boolean;
}

export interface SettingsCommandOptions {
  readonly description: string;
  /** Lines that work when pasted, for the end of `--help`. */
  readonly examples: readonly string[];
  /** Where the settings come from; several classes where one command runs several services. */
  readonly settings: readonly SettingsClass[];
  /** Defaults that this command has instead of the settings' own. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** The setting that this command can do without, though others can't. */
  readonly notRequired?: string;
  /** Settings that make no sense for this command. */
  readonly without?: readonly string[];
  /** Arguments of the command's own, before those that are settings. */
  readonly arguments?: readonly OwnArgument[];
  /** Flags of the command's own. */
  readonly options?: readonly Option[];
}

/**
 * A subcommand whose flags are settings.
 *
 * Unknown flags and arguments are collected rather than refused one by one, so that all that is wrong with
 * a command line is said at once, together with what is wrong in the environment and the file.
 */
export function settingsCommand(
  name: string,
  options: SettingsCommandOptions,
  run: (line: CommandLine) => Promise<void>,
): Command {
  const command = new Command(name)
    .description(options.description)
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', helpEnding(options.examples));
  const settings = distinct(options.settings.flatMap((each) => settingsOf(each)))
    .filter(({ name: each }) => !options.without?.includes(each))
    .map((each) =>
      each.name === options.notRequired ? { ...each, group: 'Data' as const } : each,
    );
  const positional = settings.filter(({ position }) => position !== undefined);
  const own = options.arguments ?? [];
  // Square brackets: what was forgotten is reported with all other problems.
  for (const { name: argument, description } of own) {
    command.argument(`[${argument}]`, description);
  }
  for (const setting of positional) {
    command.argument(`[${setting.name}]`, describe(setting, options.defaults));
  }
  command.usage(usage(own, positional));
  const flags = settings.filter(({ position }) => position === undefined);
  const isRequired = ({ group }: NamedSetting) => group === 'Required';
  addFlags(command, flags.filter(isRequired), options.defaults);
  for (const option of options.options ?? []) command.addOption(option);
  addFlags(
    command,
    flags.filter((each) => !isRequired(each)),
    options.defaults,
  );
  command
    .optionsGroup('Other:')
    .option('--config [file]', 'JSON file with settings, names as here')
    .helpOption('-h, --help', 'display this help');
  return command.action(async () => {
    const line = readCommandLine(command, [...own, ...positional], options.defaults);
    const missing = own.filter(
      ({ name: argument, unless, optional }) =>
        !optional && isMissing(line.values[argument]) && !(unless && line.values[unless]),
    );
    await run(
      withProblems(
        line,
        missing.map((argument) => `${argument.name} is missing`),
      ),
    );
  });
}

function readCommandLine(
  command: Command,
  expected: readonly { readonly name: string; readonly several?: boolean }[],
  defaults: Readonly<Record<string, unknown>> | undefined,
): CommandLine {
  const unknown = command.args.filter((argument) => /^-\D/.test(argument));
  const operands = command.args.filter((argument) => !/^-\D/.test(argument));
  const problems = unknown.map((flag) => unknownFlag(command, flag.split('=')[0]));
  const takesAll = expected.at(-1)?.several === true;
  if (unknown.length === 0 && !takesAll) {
    for (const excess of operands.slice(expected.length)) {
      problems.push(`'${withoutCredentials(excess)}' is one argument too many`);
    }
  }
  const given = expected.map(({ name, several }, index) => [
    name,
    several ? operands.slice(index) : operands[index],
  ]);
  return {
    values: { ...command.opts(), ...(Object.fromEntries(given) as object) },
    problems,
    defaults,
  };
}

function isMissing(argument: unknown): boolean {
  return Array.isArray(argument) ? argument.length === 0 : !argument;
}

/** Flags in groups, those of one under its heading. */
function addFlags(
  command: Command,
  settings: readonly NamedSetting[],
  defaults: Readonly<Record<string, unknown>> | undefined,
): void {
  for (const [group, members] of inGroups(settings)) {
    for (const each of members) {
      command.addOption(optionOf(each, defaults).helpGroup(`${group}:`));
    }
  }
}

function optionOf(
  setting: NamedSetting,
  defaults: Readonly<Record<string, unknown>> | undefined,
): Option {
  const short = setting.short ? `-${setting.short}, ` : '';
  const value = setting.kind === 'switch' ? '' : ` [${setting.value ?? setting.kind}]`;
  const option = new Option(`${short}--${setting.name}${value}`, describe(setting, defaults));
  if (setting.kind === 'paths' || setting.kind === 'comma-list') {
    option.argParser((entry: string, previous?: string[]) => [...(previous ?? []), entry]);
  }
  return option;
}

/** Meaning and default, if there is one to speak of. */
function describe(
  setting: NamedSetting,
  defaults: Readonly<Record<string, unknown>> | undefined,
): string {
  return setting.description + defaultText(setting, defaults);
}

function defaultText(
  setting: NamedSetting,
  defaults: Readonly<Record<string, unknown>> | undefined,
): string {
  const replaced = defaults && setting.name in defaults;
  const value = replaced ? defaults[setting.name] : (setting.defaultText ?? setting.default?.());
  if (replaced && value === undefined) return ' (default: none)';
  if (value === undefined || value === false) return '';
  return ` (default: ${value as string})`;
}

function usage(own: readonly OwnArgument[], positional: readonly NamedSetting[]): string {
  const words = [
    ...own.map(({ name, several, optional }) => {
      if (optional) return `[${name}]`;
      return several ? `<${name}...>` : `<${name}>`;
    }),
    ...positional.map(({ name, default: byDefault }) => (byDefault ? `[${name}]` : `<${name}>`)),
  ];
  return ['[options]', ...words].join(' ');
}

function distinct(settings: readonly NamedSetting[]): NamedSetting[] {
  return [...new Map(settings.map((setting) => [setting.name, setting])).values()];
}

function helpEnding(examples: readonly string[]): string {
  return [
    '',
    'Settings also come from the environment (SF_DATABUFFER_<NAME>) and from the',
    'file of --config; flags override the environment, the environment overrides the',
    'file. Flags may be written with hyphens. An empty value means none.',
    '',
    'Examples:',
    ...examples.map((example) => (example.startsWith(' ') ? `  ${example}` : `  $ ${example}`)),
  ].join('\n');
}
