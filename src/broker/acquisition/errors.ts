import { RequestError } from '../../request/errors.js';

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
