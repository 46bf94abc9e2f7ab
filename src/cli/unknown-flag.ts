import type { Command } from 'commander';
import { didYouMean } from '../config/did-you-mean.js';
import { settingsOf } from '../config/setting.js';
import { SERVICE_SETTINGS } from './command-line.js';

/**
 * What is wrong with a flag that a command does not have: whose it is, or which one was likely meant.
 *
 * @param flag without a value
 */
export function unknownFlag(command: Command, flag: string): string {
  const flags = command.options.flatMap(({ long }) => long ?? []);
  // A switch that is given a value is unknown to commander too.
  if (flags.includes(flag)) return `${flag} is a switch and takes no value`;
  const name = flag.replace(/^--?/, '');
  if (command.registeredArguments.some((argument) => argument.name() === name)) {
    return `${flag} is no flag: give its value by its place, ${pathOf(command)} ${command.usage()}`;
  }
  const services = servicesWith(name);
  if (services.length > 0) {
    return `${flag} is a setting of ${services.join(' and ')}, not of ${pathOf(command)}`;
  }
  const names = flags.map((each) => each.slice(2));
  return `${flag} is not a setting${didYouMean(name, names, (each) => `--${each}`)}`;
}

function servicesWith(name: string): string[] {
  return Object.entries(SERVICE_SETTINGS).flatMap(([service, settings]) =>
    settingsOf(settings).some((setting) => setting.name === name && setting.position === undefined)
      ? service
      : [],
  );
}

/** `audit list`. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}
