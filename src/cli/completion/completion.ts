import { basename } from 'node:path';
import { Argument, Command } from 'commander';
import { printLine } from '../print-line.js';
import { bashCompletion } from './bash.js';
import { type CommandAtPath, commandsWithPaths } from './commands-with-paths.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

const SHELLS: Readonly<Record<string, (commands: readonly CommandAtPath[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `sf-databuffer completion`: a script that has a shell complete subcommands, flags and their values. */
export function completionCommand(): Command {
  const command = new Command('completion')
    .description(
      'Prints a script that has a shell complete subcommands, flags and what they choose from, and file ' +
        `names everywhere else.${yourShell()}`,
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  $ source <(sf-databuffer completion bash)      # in ~/.bashrc',
        '  $ source <(sf-databuffer completion zsh)       # in ~/.zshrc, after compinit',
        '  $ sf-databuffer completion fish | source       # in config.fish',
        '  for all users:',
        '  $ sf-databuffer completion bash \\',
        '      > /usr/share/bash-completion/completions/sf-databuffer',
        '  $ sf-databuffer completion zsh \\',
        '      > /usr/local/share/zsh/site-functions/_sf-databuffer',
      ].join('\n'),
    );
  return command.action(async (shell: string) => {
    const script = SHELLS[shell](commandsWithPaths(command.parent!));
    for (const line of script.split('\n')) await printLine(line);
  });
}

/** Which shell is used here, as far as the environment tells. */
function yourShell(): string {
  const shell = basename(process.env.SHELL ?? '');
  return shell in SHELLS ? ` Your shell is ${shell}.` : '';
}
