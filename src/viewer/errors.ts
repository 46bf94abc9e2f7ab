import { RequestError } from '../request/errors.js';
import type { FailureCode } from './messages.js';

/** A call for a file that can't be answered; the message says what is wrong with the file or the call. */
export class FileCallFailed extends RequestError {
  override readonly name = 'FileCallFailed';

  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
  }
}

/** More calls for files wait than are going to be answered soon. */
export class ViewerBusy extends RequestError {
  override readonly name = 'ViewerBusy';
  readonly code = 'viewer_busy';
  /** In s. */
  readonly retryAfter = 2;

  constructor(readonly waiting: number) {
    super(`${waiting} calls for files wait already: try again in a moment.`);
  }
}

/** The process that read the file ended, of itself or since it took too much memory. */
export class ReadingEnded extends RequestError {
  override readonly name = 'ReadingEnded';
  readonly code = 'reading_ended';
  /** In s. */
  readonly retryAfter = 5;

  constructor(readonly reason: string) {
    super(
      `The process that read the file ${reason}. Nothing else was harmed. Try again; if it happens ` +
        `again, the file is damaged or too large to be shown.`,
    );
  }
}

/** Reading took too long, so it was ended. */
export class ReadingTimedOut extends RequestError {
  override readonly name = 'ReadingTimedOut';
  readonly code = 'reading_timed_out';
  /** In s. */
  readonly retryAfter = 10;

  constructor(readonly seconds: number) {
    super(
      `Reading the file gave nothing for ${seconds} s and was ended: the disk hangs or the file is damaged. ` +
        `Try again later.`,
    );
  }
}

/** What is asked for takes too long to be worked out, so it was given up. */
export class TooMuchWork extends RequestError {
  override readonly name = 'TooMuchWork';
  readonly code = 'too_much_work';

  constructor(readonly seconds: number) {
    super(
      `Working this out took over ${seconds} s and was given up: ask for less, with a smaller selection ` +
        `or fewer channels.`,
    );
  }
}
