import { withoutCredentials } from '../config/url-credentials.js';
import { withUnderscores } from './with-underscores.js';

/** How the command was called. */
interface Call {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The line that was typed with other values of some flags, ready to be pasted: but for passwords, which are
 * left out of it. @param values by flag
 */
export function anotherLine({ argv, env }: Call, values: ReadonlyMap<string, number>): string {
  const [command, ...args] = argv.slice(2);
  const kept = withoutFlags(args, [...values.keys()]).map(quoted);
  const flags = [...values].map(([flag, value]) => `--${flag} ${value}`);
  return withoutCredentials([...calledBy(command, env), ...kept, ...flags].join(' '));
}

/** npm passes on what stands behind `--`, of this package's scripts of the commands' names. */
function calledBy(command: string, { npm_lifecycle_event: script }: NodeJS.ProcessEnv): string[] {
  if (script !== command) return ['sf-databuffer', command];
  return ['npm', ...(script === 'start' ? [] : ['run']), script, '--'];
}

const SHORT: Readonly<Record<string, string>> = { output_port: 'o' };

function withoutFlags(args: readonly string[], flags: readonly string[]): string[] {
  const long = new RegExp(`^--(${flags.join('|')})(=|$)`);
  const short = new RegExp(`^-(${flags.map((flag) => SHORT[flag] ?? ' ').join('|')})`);
  const kept: string[] = [];
  let isValue = false;
  for (const argument of withUnderscores(args)) {
    const isFlag = long.test(argument) || short.test(argument);
    if (!isFlag && !(isValue && !argument.startsWith('-'))) kept.push(argument);
    isValue = isFlag && /^--\w+$|^-\w$/.test(argument);
  }
  return kept;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
