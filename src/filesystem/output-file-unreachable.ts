import { RequestError } from '../request/errors.js';
import { errnoName } from './errno-name.js';

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
