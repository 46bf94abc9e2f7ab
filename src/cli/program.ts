import { Command } from 'commander';
import { auditCommand } from './audit-list.js';
import { brokerCommand } from './broker.js';
import { demoCommand } from './demo/demo.js';
import { simulatorCommand } from './simulator.js';
import { startCommand } from './start.js';
import { version } from './version.js';
import { writeCommand } from './write.js';
import { writerCommand } from './writer.js';

/** The command line of `sf-databuffer`: one subcommand a task. */
export function program(): Command {
  const root = new Command('sf-databuffer')
    .description('Turns "the detector recorded pulses A to B" into an HDF5 file on disk.')
    .version(version(), '-V, --version')
    .addHelpText(
      'after',
      "\nTo see it work: 'sf-databuffer demo'. To try it by hand: 'sf-databuffer start'.",
    );
  for (const command of [
    brokerCommand(),
    writerCommand(),
    simulatorCommand(),
    startCommand(),
    demoCommand(),
    writeCommand(),
    auditCommand(),
  ]) {
    root.addCommand(command);
  }
  exitInsteadOfEnding(root);
  return root;
}

// Commander ends the process on its own; thrown instead, main decides on the exit code.
function exitInsteadOfEnding(command: Command): void {
  command.exitOverride().configureHelp({
    helpWidth: 80,
    optionTerm: ({ flags }) => flags.replace('[', '<').replace(']', '>'),
  });
  for (const child of command.commands) exitInsteadOfEnding(child);
}
