import { LOG_LEVELS } from '../../config/common-settings.js';
import { RequestError } from '../../request/errors.js';

/** An unknown log level. */
export class InvalidLogLevel extends RequestError {
  override readonly name = 'InvalidLogLevel';
  readonly code = 'invalid_log_level';

  constructor(readonly given: string) {
    super(`'${given.slice(0, 50)}' is not a log level: give one of ${LOG_LEVELS.join(', ')}.`);
  }
}
