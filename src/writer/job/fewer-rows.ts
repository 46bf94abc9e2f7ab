import type { ChannelContents } from '../../hdf5/read/file-contents.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { ChannelReport } from '../../report/channel-report.js';
import { type FileLook, isOfSameRequest } from './file-there.js';
import { FewerRows } from './errors.js';

/**
 * Keeps a file that is there for the same request and has more rows than the new one would have, all
 * channels that are asked for together: the data buffer forgets, files don't.
 *
 * @param channels of the new file; none where no data came
 * @throws FewerRows, FileUnreadable
 */
export async function refuseFewerRows(
  look: FileLook,
  request: ParsedWriteRequest,
  channels: readonly ChannelReport[],
): Promise<void> {
  if (request.force) return;
  const there = await look.now();
  if (!there || there.damaged !== undefined || !isOfSameRequest(there, request)) return;
  const names = request.channels.map(({ name }) => name);
  const contents = await look.contents(names);
  const rowsThere = sum(contents?.channels ?? [], usableRows);
  const asked = new Set(names);
  const rows = sum(channels, (channel) => (asked.has(channel.name) ? channel.rows : 0));
  if (rowsThere > rows) throw new FewerRows(rowsThere, rows);
}

/** Rows that have a point of a channel; none of a channel that can't be read. */
function usableRows({ rows, rows_without_point: without, faults }: ChannelContents): number {
  return faults.length > 0 ? 0 : rows - without;
}

function sum<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((total, item) => total + numberOf(item), 0);
}
