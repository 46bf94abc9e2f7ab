import { homedir } from 'node:os';
import { join } from 'node:path';
import { OutputSettings } from './output-settings.js';
import { Setting } from './setting.js';

/** Declares a property as the setting `state_dir`. */
export function StateDir(): PropertyDecorator {
  return Setting({
    group: 'Files',
    kind: 'path',
    value: 'folder',
    description:
      'journal of open temporary files, rejected messages, .err files that have no place of their own',
    default: defaultStateDirectory,
    defaultText:
      '$STATE_DIRECTORY, else /var/lib/sf_databuffer (root) or ~/.local/state/sf_databuffer',
    problem: 'must be a folder',
  });
}

/** Settings that tell where files lie, and the requests that have none. */
export class RemainsSettings extends OutputSettings {
  @StateDir()
  state_dir!: string;
}

function defaultStateDirectory(): string {
  if (process.env.STATE_DIRECTORY) return process.env.STATE_DIRECTORY;
  if (process.getuid?.() === 0) return '/var/lib/sf_databuffer';
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'sf_databuffer');
}
