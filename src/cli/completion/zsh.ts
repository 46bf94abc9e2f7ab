import type { CommandAtPath } from './commands-with-paths.js';
import { pathsOf, quoted, valuesOf } from './script-parts.js';

/** The script for zsh, to be sourced or to lie in a folder of `$fpath` as `_sf-databuffer`. */
export function zshCompletion(commands: readonly CommandAtPath[]): string {
  return `#compdef sf-databuffer
compdef _sf-databuffer sf-databuffer
_sf-databuffer() {
  local at= word current=$words[CURRENT] previous=$words[CURRENT-1]
  local -a names flags values
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${pathsOf(commands).join(' | ')}) at="$at $word" ;;
    esac
  done
  case $at in
${commands.map(choices).join('\n')}
  esac
  # --flag=value is one word.
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*}
    compset -P '*='
  fi
  case $previous in
${valuesOf(commands)
  .map(({ long, choices: values }) => `    (${long}) values=(${values.map(quoted).join(' ')}) ;;`)
  .join('\n')}
  esac
  if (( $#values )); then
    _describe value values
  elif [[ $current == -* && $current != *=* ]]; then
    _describe -o flag flags
  elif (( $#names )); then
    _describe command names
  else
    _files
  fi
}
[[ $funcstack[1] == _sf-databuffer ]] && _sf-databuffer "$@"
:`;
}

function choices({ path, commands, flags }: CommandAtPath): string {
  const names = commands.map(({ name, summary }) => described(name, summary));
  const longs = flags.map(({ long, summary }) => described(long, summary));
  return `    (${quoted(path)}) names=(${names.join(' ')})
      flags=(${longs.join('\n        ')}) ;;`;
}

function described(name: string, summary: string): string {
  return quoted(`${name}:${summary}`);
}
