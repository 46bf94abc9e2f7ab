import { Argument, Command } from 'commander';
import { printLine } from './print-line.js';

/** `sf-databuffer completion`: a script that has a shell complete subcommands and flags. */
export function completionCommand(): Command {
  const command = new Command('completion')
    .description(
      'Prints a script that has bash complete subcommands and flags, and file names everywhere else.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash']))
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  $ source <(sf-databuffer completion bash)',
        '  $ sf-databuffer completion bash \\',
        '      > /usr/share/bash-completion/completions/sf-databuffer',
      ].join('\n'),
    );
  return command.action(async () => {
    for (const line of bashCompletion(command.parent!)) await printLine(line);
  });
}

/** The lines of the script. @param root with all its subcommands loaded */
function bashCompletion(root: Command): string[] {
  const commands = withPaths(root);
  const paths = commands.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]));
  return `# bash completion of sf-databuffer
_sf_databuffer() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= word names= flags=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${paths.join(' | ')}) path="$path $word" ;;
    esac
  done
  case $path in
${commands.map(choices).join('\n')}
  esac
  [[ $current == -* ]] && names=$flags
  COMPREPLY=($(compgen -W "$names" -- "$current"))
}
complete -o default -F _sf_databuffer sf-databuffer`.split('\n');
}

interface CommandAtPath {
  /** Names that lead to it, each after a blank; empty for the root. */
  readonly path: string;
  readonly command: Command;
}

function withPaths(command: Command, path = ''): CommandAtPath[] {
  const below = command.commands.flatMap((child) => withPaths(child, `${path} ${child.name()}`));
  return [{ path, command }, ...below];
}

function choices({ path, command }: CommandAtPath): string {
  const names = command.commands.map((child) => child.name());
  const flags = [...command.options.map(({ long }) => long), '--help'];
  return `    '${path}') names='${names.join(' ')}' flags='${flags.join(' ')}' ;;`;
}
