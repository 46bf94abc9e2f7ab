import { Command } from 'commander';
import { versionAndBuild } from '../config/version.js';
import { keepNewSpaceSmall } from '../writer/threads/new-space.js';
import { optimizeEarly } from './early-optimization.js';
import { COMPLETION, type LazyCommand, addCommands } from './lazy-command.js';

// Loaded when asked for: a broker has no use for the HDF5 library, nor a writer for Swagger UI. The
// commands load the services themselves when their settings are right: `--help` needs none of them.
const COMMANDS: readonly LazyCommand[] = [
  {
    name: 'broker',
    summary: 'take acquisitions over HTTP, record them, send them to writers',
    load: async () => {
      optimizeEarly();
      return (await import('./broker.js')).brokerCommand();
    },
  },
  {
    name: 'writer',
    summary: 'write the files that a broker asks for',
    load: async () => {
      keepNewSpaceSmall();
      return (await import('./writer.js')).writerCommand();
    },
  },
  {
    name: 'simulator',
    summary: 'run a data buffer that computes its data',
    load: async () => (await import('./simulator.js')).simulatorCommand(),
  },
  {
    name: 'start',
    summary: 'run broker, writer and simulator together, to try it out',
    load: async () => (await import('./start.js')).startCommand(),
  },
  {
    name: 'demo',
    summary: 'watch a 3-second acquisition become a file',
    load: async () => (await import('./demo/demo.js')).demoCommand(),
  },
  {
    name: 'probe',
    summary: 'ask a data buffer for all that a writer relies on',
    load: async () => (await import('./probe/probe.js')).probeCommand(),
  },
  {
    name: 'status',
    summary: 'show what a broker is doing, or wait for a request',
    load: async () => (await import('./status/status.js')).statusCommand(),
  },
  {
    name: 'write',
    summary: 'write the files of requests in an .err file, a trail or a JSON file',
    load: async () => (await import('./write.js')).writeCommand(),
  },
  {
    name: 'check',
    summary: 'check whether a file has all that was asked for',
    load: async () => (await import('./check/check.js')).checkCommand(),
  },
  {
    name: 'view',
    summary: 'show what is in a file, or in those of a folder, in a browser',
    load: async () => (await import('./view/view.js')).viewCommand(),
  },
  {
    name: 'keygen',
    summary: 'make keys by which a broker and its writers identify each other',
    load: async () => (await import('./keygen.js')).keygenCommand(),
  },
  {
    name: 'audit',
    summary: 'list the requests of an audit trail, and acquire them again',
    load: async (args) => (await import('./audit/audit.js')).auditCommand(args),
  },
  {
    name: 'dead_letters',
    summary: 'list what RabbitMQ gave up, or put it back',
    load: async () => (await import('./dead-letters/dead-letters-command.js')).deadLettersCommand(),
  },
  {
    name: COMPLETION,
    summary: 'have the shell complete subcommands and flags',
    load: async () => (await import('./completion/completion.js')).completionCommand(),
  },
];

/**
 * The command line of `sf-databuffer`: one subcommand a task.
 *
 * @param args what was typed; the subcommand that it names is complete, the others are only listed
 */
export async function program(args: readonly string[]): Promise<Command> {
  const root = new Command('sf-databuffer')
    .description('Turns "the detector recorded pulses A to B" into an HDF5 file on disk.')
    .version(versionAndBuild(), '-V, --version')
    .addHelpText(
      'after',
      "\nTo see it work: 'sf-databuffer demo'. To try it by hand: 'sf-databuffer start'.",
    );
  await addCommands(root, COMMANDS, args);
  exitInsteadOfEnding(root);
  return root;
}

// Commander ends the process on its own; thrown instead, main decides on the exit code.
function exitInsteadOfEnding(command: Command): void {
  command.exitOverride().configureHelp({
    helpWidth: 80,
    subcommandTerm: (subcommand) => subcommand.name(),
    optionTerm: ({ flags }) => flags.replace('[', '<').replace(']', '>'),
  });
  for (const child of command.commands) exitInsteadOfEnding(child);
}
