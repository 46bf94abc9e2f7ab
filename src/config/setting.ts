import 'reflect-metadata';
import {
  IsOptional,
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  IsUrl,
  Max,
  Min,
} from 'class-validator';
import type { SettingGroup } from './setting-groups.js';

/**
 * How a setting's text becomes a value, and which values it may have. A `path` is made absolute when
 * settings are loaded, `paths` are a list of them: nothing later depends on the folder that the process
 * works in.
 */
export type SettingKind =
  | 'text'
  | 'choice'
  | 'url'
  | 'host'
  | 'path'
  | 'paths'
  | 'port'
  | 'integer'
  | 'seconds'
  | 'switch'
  | 'comma-list';

/** A setting, besides the checks that only this one has, which stand beside it in its class. */
export interface SettingDescription {
  /** Under what it stands in `--help` and in the documents. */
  readonly group: SettingGroup;
  readonly kind: SettingKind;
  /** Its meaning, with its unit, for `--help`. */
  readonly description: string;
  /** Name of its value in `--help`, e.g. `file`; hosts, ports, times and URLs have a name. */
  readonly value?: string;
  /**
   * Its value where nothing gives one; a switch is off.
   *
   * @param others settings that are declared before it, as they are; none where `--help` asks
   */
  readonly default?: (others?: Readonly<Record<string, unknown>>) => unknown;
  /** How `--help` words the default where it depends on the machine, or on other settings. */
  readonly defaultText?: string;
  /** One-letter flag. */
  readonly short?: string;
  /** Its place on the command line, from 0, for one that is given without a flag. */
  readonly position?: number;
  /** It may have no value. */
  readonly optional?: boolean;
  /** Smallest integer or time; times are not negative. */
  readonly min?: number;
  /** Largest integer. */
  readonly max?: number;
  /** The values of a choice. */
  readonly choices?: readonly string[];
  /** Said of a value that is missing or not allowed, where the kind's own words don't suffice. */
  readonly problem?: string;
  /** Added to what the kind says. */
  readonly hint?: string;
}

export interface NamedSetting extends SettingDescription {
  readonly name: string;
}

const SETTINGS = Symbol('settings');

/** Defaults of all settings of a kind. */
const KINDS: Partial<Record<SettingKind, Partial<SettingDescription>>> = {
  host: { value: 'host' },
  port: { value: 'port' },
  seconds: { value: 's' },
  switch: { default: () => false },
  url: { value: 'url' },
};

export type SettingsClass<T extends object = object> = new () => T;

/** Declares a property as a setting. Its name is the flag's, the environment's and the file's. */
export function Setting(description: SettingDescription): PropertyDecorator {
  return (prototype, property) => {
    const inherited = (Reflect.getMetadata(SETTINGS, prototype) ?? []) as NamedSetting[];
    const setting = { name: String(property), ...KINDS[description.kind], ...description };
    Reflect.defineMetadata(SETTINGS, [...inherited, setting], prototype);
    const checks = [...checksOf(description), ...(description.optional ? [IsOptional()] : [])];
    for (const check of checks) check(prototype, property);
  };
}

/** The settings of a class, inherited ones first. */
export function settingsOf(settingsClass: SettingsClass): readonly NamedSetting[] {
  return (Reflect.getMetadata(SETTINGS, settingsClass.prototype) ?? []) as NamedSetting[];
}

/** The environment variable that gives a setting. */
export function environmentName(setting: string): string {
  return `SF_DATABUFFER_${setting.toUpperCase()}`;
}

const HTTP_URL = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** The checks that a setting has by its kind; what was given has the kind's type already. */
export function checksOf(setting: SettingDescription): PropertyDecorator[] {
  const { kind, min = 0, max = 0, choices = [], problem, hint } = setting;
  const or = (usual: string) => ({ message: problem ?? (hint ? `${usual}: ${hint}` : usual) });
  const least = or(min === 0 ? 'must not be negative' : `must be ${min} at least`);
  const port = or('must be a TCP port, 0 to 65535 (0: any free one)');
  switch (kind) {
    case 'integer':
      return [
        IsInt(or('must be an integer')),
        Min(min, least),
        Max(max, or(`must be ${max} at most`)),
      ];
    case 'port':
      return [IsInt(port), Min(0, port), Max(65_535, port)];
    case 'seconds':
      return [IsNumber({}, or('must be a number of seconds')), Min(min, least)];
    case 'switch':
      return [IsBoolean(or('must be true or false'))];
    case 'choice':
      return [IsIn(choices, or(`must be ${inWords(choices)}`))];
    case 'url':
      return [IsUrl(HTTP_URL, or('must be an http URL, or empty'))];
    case 'paths':
      return [ArrayNotEmpty(or('needs at least one folder'))];
    default:
      return problem === undefined ? [] : [IsString({ message: problem })];
  }
}

/** `a, b or c`. */
export function inWords(choices: readonly string[]): string {
  return [choices.slice(0, -1).join(', '), ...choices.slice(-1)].filter(Boolean).join(' or ');
}
