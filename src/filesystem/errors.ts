import { RequestError } from '../request/errors.js';
import { constants } from 'node:os';

/** The system can't tell where an output file's name leads. Nothing may be wrong with the name. */
export class OutputFileUnreachable extends RequestError {
  override readonly name = 'OutputFileUnreachable';
  readonly code = 'output_file_unreachable';

  constructor(
    readonly outputFile: string,
    override readonly cause: NodeJS.ErrnoException,
  ) {
    const name = errnoName(cause) || cause.message;
    super(`output_file '${outputFile}' can't be reached (${name}): try again.`);
  }
}

/** `ESTALE`, also where an error's code reads `Unknown system error -116`. */
export function errnoName({ code = '', errno }: NodeJS.ErrnoException): string {
  if (/^E[A-Z0-9]+$/.test(code) || errno === undefined) return code;
  const number = Math.abs(errno);
  return Object.entries(constants.errno).find(([, each]) => each === number)?.[0] ?? code;
}

/** Codes of the system where a process or the machine has no descriptors or memory left. */
export const EXHAUSTION_CODES: ReadonlySet<string | undefined> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
]);
