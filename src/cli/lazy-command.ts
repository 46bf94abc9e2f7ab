import { Command } from 'commander';

/** The subcommand that looks at all others. */
export const COMPLETION = 'completion';

/** A subcommand that is loaded when it is asked for. */
export interface LazyCommand {
  readonly name: string;
  /** Its line in the list of commands. */
  readonly summary: string;
  readonly load: (args: readonly string[]) => Promise<Command>;
}

/**
 * Adds subcommands to a command.
 *
 * @param args what was typed; the subcommand that it names is complete, the others are only listed
 */
export async function addCommands(
  parent: Command,
  commands: readonly LazyCommand[],
  args: readonly string[],
): Promise<Command> {
  // The first one: `audit status` names no `status` of the root, and a file may be called like a command.
  const named = args.find((argument) => commands.some(({ name }) => name === argument));
  for (const { name, summary, load } of commands) {
    const isWanted = name === named || args[0] === COMPLETION;
    const command = isWanted ? await load(args) : new Command(name);
    parent.addCommand(command.summary(summary));
  }
  return parent;
}
