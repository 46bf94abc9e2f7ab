import { WriteStream } from 'node:tty';

/**
 * Whether what is printed may have colours: on a terminal that has them, or where FORCE_COLOR asks for them; never
 * where NO_COLOR stands against it.
 */
export function hasColours(output: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR === undefined && (!output.isTTY || env.NO_COLOR)) return false;
  // Node's own rules for terminals; FORCE_COLOR goes before NO_COLOR, and 0 is none.
  return WriteStream.prototype.getColorDepth.call(output, env) > 1;
}
