import type { ChannelReport } from '../../report/channel-report.js';

const HINTS = {
  channels: 'name some that have data by --channels a,b',
  pulses: 'name some of which there is data by --pulses FIRST-LAST',
};

/** It is not known what a server could be asked for. */
export class NothingToAsk extends Error {
  override readonly name = 'NothingToAsk';

  constructor(what: keyof typeof HINTS, reason: string) {
    super(`No ${what} were found (${reason}): ${HINTS[what]}.`);
  }
}

/** Data came, and none of it can be stored. */
export class NothingUsable extends Error {
  override readonly name = 'NothingUsable';

  constructor(readonly channels: readonly ChannelReport[]) {
    super('no channel that came can be stored');
  }
}
