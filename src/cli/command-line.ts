import { BrokerSettings } from '../config/broker-settings.js';
import { loadSettings } from '../config/load-settings.js';
import { type SettingsClass, settingsOf } from '../config/setting.js';
import { SimulatorSettings } from '../config/simulator-settings.js';
import { WriterSettings } from '../config/writer-settings.js';

/** The command line, not validated yet. */
export interface CommandLine {
  /** By name: flags, and arguments by their place. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Parts that are neither setting nor argument. */
  readonly problems: readonly string[];
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/** The settings of each service, by its command's name. */
export const SERVICE_SETTINGS: Readonly<Record<string, SettingsClass>> = {
  broker: BrokerSettings,
  writer: WriterSettings,
  simulator: SimulatorSettings,
};

// One environment and one file may serve all commands.
const ALL_NAMES = new Set(
  Object.values(SERVICE_SETTINGS).flatMap((each) => settingsOf(each).map(({ name }) => name)),
);

/** The same with what else is wrong with it. */
export function withProblems(line: CommandLine, problems: readonly string[]): CommandLine {
  return { ...line, problems: [...line.problems, ...problems] };
}

/**
 * The settings of a class from command line, environment and file.
 *
 * @throws InvalidSettings naming all that is wrong
 */
export function settingsFrom<T extends object>(
  line: CommandLine,
  settingsClass: SettingsClass<T>,
): Readonly<T> {
  return loadSettings(settingsClass, {
    flags: line.values,
    environment: process.env,
    defaults: line.defaults,
    knownElsewhere: ALL_NAMES,
    problems: line.problems,
  });
}
