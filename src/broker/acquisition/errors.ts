import { type FieldProblem, RequestError } from '../../request/errors.js';

/** A stop below the start. The acquisition goes on. */
export class StopBelowStart extends RequestError {
  override readonly name = 'StopBelowStart';
  readonly code = 'stop_below_start';

  constructor(
    readonly startPulseId: number,
    readonly stopPulseId: number,
  ) {
    super(
      `Stop pulse id ${stopPulseId} is lower than start pulse id ${startPulseId}. The acquisition ` +
        `goes on: stop it at ${startPulseId} or later, or give it up with GET /stop.`,
    );
  }
}

/** A stop for a start that never got parameters. The start is forgotten. */
export class NeverConfigured extends RequestError {
  override readonly name = 'NeverConfigured';
  readonly code = 'never_configured';

  constructor(
    readonly startPulseId: number,
    readonly stopPulseId: number,
  ) {
    super(
      `Pulses ${startPulseId} to ${stopPulseId} are not written: no parameters were posted for ` +
        `them. The start is forgotten: POST /parameters before the next stop.`,
    );
  }
}

/** Parameters or start could not be put on disk, so they are not accepted. */
export class AcquisitionNotSaved extends RequestError {
  override readonly name = 'AcquisitionNotSaved';
  readonly code = 'acquisition_not_saved';

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `The acquisition can't be saved in ${file} (${code ?? message}), so nothing was changed: ` +
        `put that right and try again, or start the broker with another --audit_file.`,
      { cause },
    );
  }
}

/** The channel list file has never held a usable list. */
export class NoChannelList extends RequestError {
  override readonly name = 'NoChannelList';
  readonly code = 'no_channel_list';

  constructor(
    readonly file: string,
    readonly problem: string,
  ) {
    super(
      `No channels to write: the channel list ${file} ${problem}. ` +
        `Correct it (it is read again at once), or send channels with the parameters.`,
    );
  }
}

/** No acquisition of this id is kept as abandoned. */
export class UnknownAcquisition extends RequestError {
  override readonly name = 'UnknownAcquisition';
  readonly code = 'unknown_acquisition';

  constructor(
    readonly id: string,
    readonly kept: number,
  ) {
    super(
      `No abandoned acquisition '${id.slice(0, 100)}' is known: GET /acquisitions lists the newest ${kept}.`,
    );
  }
}

/** An acquisition that is completed became requests already. */
export class AcquisitionCompleted extends RequestError {
  override readonly name = 'AcquisitionCompleted';
  readonly code = 'acquisition_completed';

  constructor(readonly id: string) {
    super(
      `Acquisition '${id}' has its stop, so it is not completed again: GET /requests/${id} tells of its ` +
        `file (of cameras: /requests/${id}-images), and POST /requests acquires a request once more.`,
    );
  }
}

/** The acquisition to be completed is not abandoned: it is the one under way. */
export class AcquisitionUnderWay extends RequestError {
  override readonly name = 'AcquisitionUnderWay';
  readonly code = 'acquisition_under_way';

  constructor(readonly id: string) {
    super(`Acquisition '${id}' is under way: stop it with PUT /stop_pulse_id/<last pulse id>.`);
  }
}

/** A completion that can't be accepted; names every field that is wrong. */
export class InvalidCompletion extends RequestError {
  override readonly name = 'InvalidCompletion';
  readonly code = 'invalid_completion';

  constructor(readonly problems: readonly FieldProblem[]) {
    const list = problems.slice(0, 20).map(({ field, problem }) => `${field} ${problem}`);
    super(`The acquisition was not completed: ${list.join('; ')}.`);
  }
}

/** What is kept of abandoned acquisitions can't be read. */
export class AbandonedUnreadable extends RequestError {
  override readonly name = 'AbandonedUnreadable';
  readonly code = 'abandoned_unreadable';

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(`${file} can't be read (${code ?? message}): put that right and try again.`, { cause });
  }
}

/** An Idempotency-Key that another submission has used. */
export class KeyUsedAlready extends RequestError {
  override readonly name = 'KeyUsedAlready';
  readonly code = 'key_used_already';

  /** @param requestId of the other one */
  constructor(
    readonly key: string,
    readonly requestId: string,
  ) {
    super(
      `Another request was recorded under the Idempotency-Key '${key}', so this one is not: send it ` +
        `with a key of its own, or look at the other one with GET /requests/${requestId}.`,
    );
  }
}
