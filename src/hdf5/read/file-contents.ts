import { statSync } from 'node:fs';
import { Dataset, Group } from 'h5wasm/node';
import type { OutputLayout } from '../../request/output-layout.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import { channelsIn } from './file-layout.js';
import { PulseTrain, type PulseSummary } from './pulse-train.js';
import { ScatteredPulseIds } from '../extended/pulse-id-set.js';
import { type ReadAttribute, attributeTexts } from './read-attribute.js';
import { attributesOf, rowsOf, withFile } from './read-file.js';

const BLOCK_ROWS = 65_536;

/** Facts about the rows of one channel in a file. */
export interface ChannelContents extends PulseSummary {
  readonly name: string;
  /** Rows of its datasets. In the extended format some may be without a point of the channel. */
  readonly rows: number;
  /** Rows without a point: of the extended format, where other channels have one. */
  readonly rows_without_point: number;
  /** Points whose value is not there, `is_data_present` is false. */
  readonly absent_values: number;
  /** The writer's notes, in the group's attribute `problems`. */
  readonly problems: readonly string[];
  /** Why it can't be read as a channel. */
  readonly faults: readonly string[];
}

export interface FileContents {
  /** Of the root group; files of the Python implementation have none. */
  readonly attributes: Readonly<Record<string, ReadAttribute>>;
  /** Where the channels are. */
  readonly layout: OutputLayout;
  readonly channels: readonly ChannelContents[];
}

export interface ReadOptions {
  /** Only these channels; all by default. */
  readonly channels?: readonly string[];
  /** Called after each step, at least once for every 65,536 rows. */
  readonly progress?: () => void;
}

/**
 * Rows that a file can hold at most for each of its bytes: eight bytes a pulse id, packed 1032 to 1 by
 * gzip.
 */
const MAX_ROWS_PER_BYTE = 130;

/**
 * Reads what each channel of a file has, block by block: 10 MB whatever the file's size. Values are
 * not read. Knows both layouts, see {@link channelsIn}.
 *
 * @throws Hdf5Failure when the file can't be read
 */
export function readContents(
  library: Hdf5Library,
  path: string,
  { channels: only, progress = () => undefined }: ReadOptions = {},
): FileContents {
  let rowsLeft = statSync(path).size * MAX_ROWS_PER_BYTE;
  return withFile(library, path, (file) => {
    const { layout, group, names, required } = channelsIn(file);
    const wanted = only && new Set(only);
    const channels: ChannelContents[] = [];
    for (const name of names) {
      if (wanted && !wanted.has(name)) continue;
      progress();
      const channel = contentsOf(name, group.get(name), required, rowsLeft, progress);
      rowsLeft -= channel.rows;
      channels.push(channel);
    }
    return { attributes: attributesOf(file), layout, channels };
  });
}

/** The request that a file belongs to, and whether it has any rows. */
export interface FileHead {
  readonly attributes: FileContents['attributes'];
  readonly layout: OutputLayout;
  /** Whether a channel has a row. */
  readonly hasRows: boolean;
}

/** Reads the head of a file: no row, and no channel behind the first that has some. @throws Hdf5Failure */
export function readHead(library: Hdf5Library, path: string, progress: () => void): FileHead {
  return withFile(library, path, (file) => {
    const { layout, group, names, required } = channelsIn(file);
    const hasRows = names.some((name) => {
      progress();
      const channel = group.get(name);
      return channel instanceof Group && new Columns(channel, required).rows > 0;
    });
    return { attributes: attributesOf(file), layout, hasRows };
  });
}

function contentsOf(
  name: string,
  channel: unknown,
  required: readonly string[],
  mostRows: number,
  progress: () => void,
): ChannelContents {
  const train = new PulseTrain();
  const counted = { rows: 0, rows_without_point: 0, absent_values: 0 };
  let problems: readonly string[] = [];
  let faults: readonly string[] = [];
  if (channel instanceof Group) {
    problems = attributeTexts(attributesOf(channel).problems);
    const columns = new Columns(channel, required);
    counted.rows = columns.rows;
    faults = columns.faults;
    if (faults.length === 0 && columns.rows > mostRows) {
      faults = [`claims ${columns.rows} rows, more than the file can hold`];
    }
    if (faults.length === 0) faults = readRows(columns, train, counted, progress);
  } else {
    faults = ['is not a group'];
  }
  return { name, ...counted, ...train.summary(), problems, faults };
}

/** @returns what is wrong with the rows */
function readRows(
  columns: Columns,
  train: PulseTrain,
  counted: { rows_without_point: number; absent_values: number },
  progress: () => void,
): string[] {
  for (let start = 0; start < columns.rows; start += BLOCK_ROWS) {
    progress();
    const end = Math.min(start + BLOCK_ROWS, columns.rows);
    const { pulseIds, points, absent } = columns.read(start, end);
    counted.absent_values += absent;
    counted.rows_without_point += end - start - points;
    try {
      train.add(pulseIds, points);
    } catch (error) {
      if (error instanceof ScatteredPulseIds) return ['has pulse ids too scattered to be checked'];
      throw error;
    }
  }
  return [];
}

/** The columns of a channel that say which points it has. */
class Columns {
  readonly faults: readonly string[];
  readonly rows: number;
  private readonly datasets: ReadonlyMap<string, Dataset>;

  /** @param required the datasets that a channel has to have, all with the same rows */
  constructor(channel: Group, required: readonly string[]) {
    const names = ['data', 'pulse_id', 'is_data_present', 'global_date', 'timestamp'];
    const there = new Set(channel.keys());
    this.datasets = new Map(
      names
        .filter((name) => there.has(name))
        .map((name) => [name, channel.get(name)] as const)
        .filter((entry): entry is [string, Dataset] => entry[1] instanceof Dataset),
    );
    this.rows = this.datasets.get('pulse_id')?.metadata.shape?.[0] ?? 0;
    this.faults = [
      ...required.filter((name) => !this.datasets.has(name)).map((name) => `has no ${name}`),
      ...[...this.datasets]
        .map(([name, { metadata }]) => ({ name, rows: metadata.shape?.[0] }))
        .filter(({ rows }) => rows !== this.rows)
        .map(({ name, rows }) => `has ${rows ?? 'no'} rows of ${name}, ${this.rows} of pulse_id`),
    ];
  }

  /** The pulse ids of the points in some rows, and how many of these have no value. */
  read(start: number, end: number): { pulseIds: BigInt64Array; points: number; absent: number } {
    const rowIds = rowsOf(this.datasets.get('pulse_id')!, start, end);
    const presence = this.datasets.get('is_data_present');
    const present = presence && rowsOf(presence, start, end);
    let dates: ArrayLike<unknown> | undefined;
    const pulseIds = new BigInt64Array(end - start);
    let points = 0;
    let absent = 0;
    for (let i = 0; i < rowIds.length; i++) {
      if (present && !Number(present[i])) {
        dates ??= this.dates(start, end);
        // The extended format's rows without a point have no date.
        if (!dates?.[i]) continue;
        absent++;
      }
      pulseIds[points++] = BigInt(rowIds[i]);
    }
    return { pulseIds, points, absent };
  }

  private dates(start: number, end: number): ArrayLike<unknown> | undefined {
    const column = this.datasets.get('timestamp') ?? this.datasets.get('global_date');
    return column && rowsOf(column, start, end);
  }
}
