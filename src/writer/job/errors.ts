import { displayName } from '../../request/channel.js';
import type { ChannelReport } from '../../report/channel-report.js';

const MAX_NAMED = 20;

/** Code of a camera that nobody can be asked for. */
export const NEEDS_IMAGE_API = 'needs_image_api';

/** The reply has no row, and it is early enough for the data to be still on its way. */
export class DataNotThereYet extends Error {
  override readonly name = 'DataNotThereYet';
  readonly code = 'no_data_yet';

  /** @param why what came instead, where it was not a reply without rows */
  constructor(why?: string) {
    super(`the data buffer has no data for the request yet${why === undefined ? '' : `: ${why}`}`);
  }
}

/** A replay, or a request that failed before, for which there is not one row: what was there is forgotten. */
export class NoData extends Error {
  override readonly name = 'NoData';
  readonly code = 'no_data';

  constructor() {
    super('the data buffer has no data of these pulses any more');
  }
}

const DISTURBANCES = {
  temporary_file_gone:
    'something removed its temporary file, or the folder, while the data came: keep tidy-up jobs ' +
    'away from names that begin with a dot',
  folder_moved: 'its folder was removed, renamed or replaced while the data came',
} as const;

/** Somebody took away what an output file was being made of. The same job may succeed later. */
export class OutputDisturbed extends Error {
  override readonly name = 'OutputDisturbed';

  constructor(
    readonly code: keyof typeof DISTURBANCES,
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`${path} could not be completed: ${DISTURBANCES[code]}`, options);
  }
}

/** The data buffer's reply leaves nothing to write, or less than was insisted on. */
export class ChannelsWithoutData extends Error {
  override readonly name = 'ChannelsWithoutData';

  /**
   * @param code `no_channel_stored`: not one channel could be put into a file;
   *   `channel_without_data`: some have no rows, and that was to be an error
   */
  constructor(
    readonly code: 'no_channel_stored' | 'channel_without_data',
    channels: readonly ChannelReport[],
    /** All that came, with data or without. */
    readonly all = channels,
  ) {
    const what =
      code === 'no_channel_stored' ? 'no channel can be stored' : 'channels have no data';
    super(`${what}: ${listed(channels)}${remedyFor(channels)}`);
  }
}

/** The file that is there for the same request has more rows than the new one would have. */
export class FewerRows extends Error {
  override readonly name = 'FewerRows';
  readonly code = 'fewer_rows';

  /** @param rowsThere of the channels asked for, all together, as `rows` */
  constructor(rowsThere: number, rows: number) {
    super(
      `the file that is there has ${rowsThere} rows of the channels asked for, the new data has ` +
        `${rows}: it stays as it is; --force replaces it`,
    );
  }
}

/** What all cameras need is a setting, which a name in a list does not tell. */
function remedyFor(channels: readonly ChannelReport[]): string {
  const needsApi = channels.some(({ failure }) => failure?.code === NEEDS_IMAGE_API);
  return needsApi ? '; data API 4 does not serve cameras: set --image_api_url' : '';
}

function listed(channels: readonly ChannelReport[]): string {
  const named = channels
    .slice(0, MAX_NAMED)
    .map(({ name, failure }) => `${displayName(name)} (${failure?.code ?? 'no rows'})`);
  const rest = channels.length - named.length;
  return rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ');
}
