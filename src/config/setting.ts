import 'reflect-metadata';

/**
 * How a setting's text becomes a value. A `path` is made absolute when settings are loaded, `paths` are a
 * list of them: nothing later depends on the folder that the process works in.
 */
export type SettingKind =
  'text' | 'host' | 'path' | 'paths' | 'integer' | 'number' | 'switch' | 'comma-list';

/** What is known of one setting, besides the checks that its class declares. */
export interface SettingDescription {
  readonly kind: SettingKind;
  /** What it means, with its unit, for `--help`. */
  readonly description: string;
  /** How `--help` calls its value, e.g. `port`. */
  readonly value?: string;
  /** Its value where nothing gives one. */
  readonly default?: () => unknown;
  /** How `--help` words the default where it depends on the machine. */
  readonly defaultText?: string;
  /** One-letter flag. */
  readonly short?: string;
  /** Its place on the command line, from 0, for one that is given without a flag. */
  readonly position?: number;
}

export interface NamedSetting extends SettingDescription {
  readonly name: string;
}

const SETTINGS = Symbol('settings');

export type SettingsClass<T extends object = object> = new () => T;

/** Declares a property as a setting. Its name is the flag's, the environment's and the file's. */
export function Setting(description: SettingDescription): PropertyDecorator {
  return (prototype, property) => {
    const inherited = (Reflect.getMetadata(SETTINGS, prototype) ?? []) as NamedSetting[];
    const setting = { name: String(property), ...description };
    Reflect.defineMetadata(SETTINGS, [...inherited, setting], prototype);
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
