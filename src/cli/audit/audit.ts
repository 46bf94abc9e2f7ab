import { Command } from 'commander';
import { listCommand } from './list.js';
import { replayCommand } from './replay.js';
import { statusCommand } from './status.js';

/** `sf-databuffer audit`: what to do with a trail. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('Reads audit trails and .err files, of this and of the Python implementation.')
    .addCommand(listCommand())
    .addCommand(statusCommand())
    .addCommand(replayCommand());
}
