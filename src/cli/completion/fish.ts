import type { CommandAtPath, CompletedFlag } from './commands-with-paths.js';
import { pathsOf } from './script-parts.js';

/** The script for fish. */
export function fishCompletion(commands: readonly CommandAtPath[]): string {
  return `# fish completion of sf-databuffer
function __sf_databuffer_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case ${pathsOf(commands).join(' ')}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
${commands.flatMap(linesOf).join('\n')}`;
}

function linesOf({ path, commands, flags }: CommandAtPath): string[] {
  const start = `complete -c sf-databuffer -n "__sf_databuffer_at '${path}'"`;
  return [
    ...commands.map(({ name, summary }) => `${start} -f -a ${name} -d ${quoted(summary)}`),
    ...flags.map(
      (flag) => `${start} -l ${flag.long.slice(2)}${valueOf(flag)} -d ${quoted(flag.summary)}`,
    ),
  ];
}

function valueOf({ takesValue, choices }: CompletedFlag): string {
  if (choices.length > 0) return ` -x -a ${quoted(choices.join(' '))}`;
  return takesValue ? ' -r' : '';
}

/** In single quotes, in which fish takes a backslash for an escape. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
