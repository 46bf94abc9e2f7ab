import type { CommandAtPath } from './commands-with-paths.js';
import { pathsOf, valuesOf } from './script-parts.js';

/** The script for bash, which shows names alone. */
export function bashCompletion(commands: readonly CommandAtPath[]): string {
  return `# bash completion of sf-databuffer
_sf_databuffer() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local path= word names= flags= values=
  # Bash takes --flag=value for three words.
  [[ $current == = ]] && current=
  [[ $previous == = ]] && previous=\${COMP_WORDS[COMP_CWORD - 2]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${pathsOf(commands).join(' | ')}) path="$path $word" ;;
    esac
  done
  case $path in
${commands.map(choices).join('\n')}
  esac
  case $previous in
${valuesOf(commands)
  .map(({ long, choices: values }) => `    ${long}) values='${values.join(' ')}' ;;`)
  .join('\n')}
  esac
  [[ $current == -* ]] && names=$flags
  COMPREPLY=($(compgen -W "\${values:-$names}" -- "$current"))
}
complete -o default -F _sf_databuffer sf-databuffer`;
}

function choices({ path, commands, flags }: CommandAtPath): string {
  const names = commands.map(({ name }) => name);
  const longs = flags.map(({ long }) => long);
  return `    '${path}') names='${names.join(' ')}' flags='${longs.join(' ')}' ;;`;
}
