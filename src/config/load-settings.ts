import { readFileSync } from 'node:fs';
import { validateSync } from 'class-validator';
import { whyUnreadable } from '../filesystem/why-unreadable.js';
import { convertSetting, withAbsolutePaths } from './convert-setting.js';
import { didYouMean } from './did-you-mean.js';
import { InvalidSettings } from './errors.js';
import { isOfKubernetes } from './kubernetes-variables.js';
import { proxyProblems } from './proxies.js';
import { type NamedSetting, type SettingsClass, environmentName, settingsOf } from './setting.js';
import { withoutCredentials } from './url-credentials.js';

/** Where settings come from, in falling precedence: flag, environment, file, default. */
export interface SettingSources {
  /** By setting name: text, list of texts, or true for a switch. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Replacements for the class's own defaults, for commands that try things out. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /**
   * Names that other commands know: one file and one environment may serve all of them, so these
   * are passed over where the command itself has no use for them.
   */
  readonly knownElsewhere?: ReadonlySet<string>;
  /** Parts of the command line that are not settings; each becomes a problem. */
  readonly problems?: readonly string[];
}

interface Given {
  readonly value: unknown;
  /** For messages: `--rest_port`, `SF_DATABUFFER_REST_PORT`, `rest_port in broker.json`. */
  readonly source: string;
}

/**
 * One validated, frozen settings object.
 *
 * @throws InvalidSettings naming every setting that is wrong or unknown, with where it came from
 */
export function loadSettings<T extends object>(
  settingsClass: SettingsClass<T>,
  sources: SettingSources,
): Readonly<T> {
  const problems = [...(sources.problems ?? []), ...proxyProblems(sources.environment)];
  const settings = settingsOf(settingsClass);
  const known = new Set([...settings.map(({ name }) => name), 'config']);
  const fromFlags = namesIn(sources.flags, (name) => flagName(settings, name));
  const fromEnvironment = environmentSettings(sources, known, problems);
  const fromFile = fileSettings(sources, known, problems);

  const instance = new settingsClass() as Record<string, unknown>;
  const origin = new Map<string, string>();
  const unusable = new Set<string>();
  for (const setting of settings) {
    const { name, kind } = setting;
    const given = fromFlags.get(name) ?? fromEnvironment.get(name) ?? fromFile.get(name);
    if (!given) {
      instance[name] = withAbsolutePaths(kind, defaultOf(setting, sources.defaults, instance));
      continue;
    }
    origin.set(name, given.source);
    const result = convertSetting(kind, given.value);
    if ('value' in result) {
      instance[name] = withAbsolutePaths(kind, result.value);
    } else {
      unusable.add(name);
      problems.push(`${given.source} ${result.problem}`);
    }
  }
  for (const { property, constraints } of validateSync(instance, { stopAtFirstError: true })) {
    if (unusable.has(property)) continue;
    const source = origin.get(property) ?? flagName(settings, property);
    problems.push(`${source} ${Object.values(constraints ?? {})[0]}`);
  }
  if (problems.length > 0) throw new InvalidSettings(problems);
  return Object.freeze(instance) as Readonly<T>;
}

function defaultOf(
  setting: NamedSetting,
  replacements: SettingSources['defaults'] = {},
  others: Readonly<Record<string, unknown>>,
): unknown {
  return setting.name in replacements ? replacements[setting.name] : setting.default?.(others);
}

function flagName(settings: readonly NamedSetting[], name: string): string {
  return settings.find((setting) => setting.name === name)?.position === undefined
    ? `--${name}`
    : name;
}

function namesIn(
  values: Readonly<Record<string, unknown>>,
  source: (name: string) => string,
): Map<string, Given> {
  return new Map(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, { value, source: source(name) }]),
  );
}

function environmentSettings(
  { environment, knownElsewhere }: SettingSources,
  known: ReadonlySet<string>,
  problems: string[],
): Map<string, Given> {
  const prefix = environmentName('');
  const found: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || isOfKubernetes(variable, environment)) continue;
    const name = variable.slice(prefix.length).toLowerCase();
    if (known.has(name)) found[name] = value;
    else if (!knownElsewhere?.has(name)) {
      const meant = didYouMean(name, [...known, ...(knownElsewhere ?? [])], environmentName);
      problems.push(`${variable} is not a setting${meant}`);
    }
  }
  return namesIn(found, environmentName);
}

function fileSettings(
  { flags, environment, knownElsewhere }: SettingSources,
  known: ReadonlySet<string>,
  problems: string[],
): Map<string, Given> {
  const path = flags.config ?? environment[environmentName('config')];
  if (typeof path !== 'string' || path === '') return new Map();
  const content = readConfigFile(path, problems);
  const found: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    const name = key.replaceAll('-', '_');
    if (known.has(name)) found[name] = value;
    else if (!knownElsewhere?.has(name)) {
      const meant = didYouMean(name, [...known, ...(knownElsewhere ?? [])]);
      problems.push(`${key} in ${path} is not a setting${meant}`);
    }
  }
  return namesIn(found, (name) => `${name} in ${path}`);
}

function readConfigFile(path: string, problems: string[]): object {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
    problems.push(`--config ${path} must contain a JSON object`);
  } catch (error) {
    // The message may quote the file.
    const reason = withoutCredentials(whyUnreadable(error));
    problems.push(`--config ${path} can't be read: ${reason}`);
  }
  return {};
}
