import { Command } from 'commander';
import { type LazyCommand, addCommands } from '../lazy-command.js';

// A trail is listed without the HDF5 library and the client of the broker.
const COMMANDS: readonly LazyCommand[] = [
  {
    name: 'list',
    summary: 'list the requests in a trail',
    load: async () => (await import('./list.js')).listCommand(),
  },
  {
    name: 'status',
    summary: 'list which requests have their file',
    load: async () => (await import('./status.js')).statusCommand(),
  },
  {
    name: 'replay',
    summary: 'acquire again what has no file',
    load: async () => (await import('./replay.js')).replayCommand(),
  },
  {
    name: 'cancel',
    summary: 'cancel requests that wait or heal',
    load: async () => (await import('./cancel.js')).cancelCommand(),
  },
];

/** `sf-databuffer audit`: commands for trails. @param args what was typed, see {@link addCommands} */
export function auditCommand(args: readonly string[]): Promise<Command> {
  const audit = new Command('audit').description(
    'Reads audit trails and .err files, of this and of the Python implementation.',
  );
  return addCommands(audit, COMMANDS, args);
}
