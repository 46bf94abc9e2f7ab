import type { BrowsedFile } from '../../hdf5/browse/browsed-file.js';
import { type ChannelDatasets, channelAt } from '../../hdf5/browse/channel-at.js';
import type { Value } from '../../hdf5/browse/decode-values.js';
import { CLASS } from '../../hdf5/browse/described-type.js';
import { Elements } from '../../hdf5/browse/elements.js';
import { BadQuestion } from '../../hdf5/browse/errors.js';
import type { AxisSelection } from '../../hdf5/browse/selection.js';
import { cellText, csvLine } from './formats/csv-text.js';
import { shortFloat32 } from './formats/short-float32.js';
import { type Reply, textPieces } from './reply.js';
import { savedName } from './saved-name.js';

const MOST_ROWS_AT_ONCE = 4096;
/** Values that are held as texts at once. */
const VALUES_AT_ONCE = 65_536;
/** As many as a spreadsheet has. */
const MOST_COLUMNS = 16_384;
const MOST_VALUES = 2 ** 31;

/**
 * A channel as a table: pulse id, date, and the values of each row, nothing where a row has none.
 *
 * @throws BadQuestion for what is not a channel, or has images; NotReadableHere, Hdf5Failure
 */
export function channelCsv(file: BrowsedFile, name: string, path: string): Reply {
  const channel = channelAt(file, path);
  const data = new Elements(file, channel.data);
  const rowShape = data.shape.slice(1);
  const columns = rowShape.reduce((product, length) => product * length, 1);
  if (rowShape.length > 1) {
    throw new BadQuestion(
      `${channel.name} has images, which don't fit into a table: export ${channel.data} as format=npy, ` +
        `or one of them as format=tiff with a selection as 0,:,:.`,
    );
  }
  if (columns > MOST_COLUMNS - 2) {
    throw new BadQuestion(
      `${channel.name} has ${columns} values a row, more than a table has columns: export ` +
        `${channel.data} as format=npy.`,
    );
  }
  if (channel.rows * columns > MOST_VALUES) {
    throw new BadQuestion(
      `${channel.name} has ${channel.rows * columns} values, and a table has ${MOST_VALUES} at most: export ` +
        `parts of ${channel.data} with a selection as 0:1000.`,
    );
  }
  return {
    head: {
      contentType: 'text/csv; charset=utf-8; header=present',
      fileName: savedName(name, channel.name, 'csv'),
    },
    pieces: textPieces(lines(file, channel, data, columns)),
  };
}

function* lines(
  file: BrowsedFile,
  channel: ChannelDatasets,
  data: Elements,
  columns: number,
): Generator<string> {
  yield csvLine(['pulse_id', 'date', ...headings(channel.name, columns)]);
  const column = (path: string | undefined) =>
    path === undefined ? undefined : new Elements(file, path);
  const pulseIds = new Elements(file, channel.pulseId);
  const [dates, times, presence] = [channel.date, channel.timestamp, channel.present].map(column);
  const isFloat32 = data.type.type === CLASS.float && data.type.size === 4;
  const textOf = (value: Value) => cellText(isFloat32 ? shortFloat32(value as number) : value);
  const nothing = Array.from({ length: columns }, () => '');
  const step = Math.max(1, Math.min(MOST_ROWS_AT_ONCE, Math.floor(VALUES_AT_ONCE / columns)));
  for (let row = 0; row < channel.rows; row += step) {
    const count = Math.min(step, channel.rows - row);
    const ids = rowsOf(pulseIds, row, count);
    const dateTexts = dates && rowsOf(dates, row, count);
    const stamps = dateTexts ? undefined : times && rowsOf(times, row, count);
    const present = presence && rowsOf(presence, row, count);
    const values = rowsOf(data, row, count);
    let text = '';
    for (let i = 0; i < count; i++) {
      const isThere = !present || Boolean(present[i]);
      const own = isThere ? values.slice(i * columns, (i + 1) * columns).map(textOf) : nothing;
      const date = dateTexts ? cellText(dateTexts[i]) : dateOf(stamps?.[i]);
      text += csvLine([pulseIdText(ids[i]), date, ...own]);
    }
    yield text;
  }
}

/** Empty for the -1 of a channel that does not follow pulses. */
function pulseIdText(id: Value): string {
  const text = String(id);
  return text === '-1' ? '' : text;
}

function headings(name: string, columns: number): string[] {
  if (columns === 1) return [cellText(name)];
  return Array.from({ length: columns }, (_, i) => cellText(`${name}[${i}]`));
}

function rowsOf(elements: Elements, row: number, count: number): Value[] {
  const axes: AxisSelection[] = elements.shape.map((length, axis) => ({
    ...(axis === 0 ? { start: row, count } : { start: 0, count: length }),
    step: 1,
    isIndex: false,
  }));
  return [...elements.values(axes)].flat();
}

const NANOSECONDS = 1_000_000_000n;

/** @param time ns since 1970; 0 where it is not known */
function dateOf(time: Value | undefined): string {
  if (typeof time !== 'bigint' || time <= 0n) return '';
  const milliseconds = Number(time / NANOSECONDS) * 1000;
  if (!(Math.abs(milliseconds) < 8.64e15)) return '';
  const fraction = String(time % NANOSECONDS).padStart(9, '0');
  return new Date(milliseconds).toISOString().replace('.000Z', `.${fraction}Z`);
}
