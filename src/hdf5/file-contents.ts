import { Dataset, Group } from 'h5wasm/node';
import type { Hdf5Library } from './hdf5-library.js';
import { PulseTrain, type PulseSummary } from './pulse-train.js';
import { ScatteredPulseIds } from './pulse-id-set.js';
import { type ReadAttribute, attributesOf, rowsOf, textsOf, withFile } from './read-file.js';

const BLOCK_ROWS = 65_536;

/** What the rows of one channel in a file say. */
export interface ChannelContents extends PulseSummary {
  readonly name: string;
  /** Rows of its datasets. In the extended format some may be without a point of the channel. */
  readonly rows: number;
  /** Rows without a point: of the extended format, where other channels have one. */
  readonly rows_without_point: number;
  /** Points whose value is not there, `is_data_present` is false. */
  readonly absent_values: number;
  /** What the writer noted of it, in the group's attribute `problems`. */
  readonly problems: readonly string[];
  /** What keeps it from being read as a channel. */
  readonly faults: readonly string[];
}

export interface FileContents {
  /** Of the root group; files of the Python implementation have none. */
  readonly attributes: Readonly<Record<string, ReadAttribute>>;
  readonly channels: readonly ChannelContents[];
}

/**
 * Reads what each channel of a file has, block by block: 10 MB whatever the file's size. Values are
 * not read.
 *
 * @throws Hdf5Failure when the file can't be read
 */
export function readContents(library: Hdf5Library, path: string): FileContents {
  return withFile(library, path, (file) => {
    const data = file.keys().includes('data') ? file.get('data') : undefined;
    const names = data instanceof Group ? data.keys() : [];
    return {
      attributes: attributesOf(file),
      channels: names.map((name) => contentsOf(name, (data as Group).get(name))),
    };
  });
}

function contentsOf(name: string, channel: unknown): ChannelContents {
  const train = new PulseTrain();
  const counted = { rows: 0, rows_without_point: 0, absent_values: 0 };
  let problems: readonly string[] = [];
  let faults: readonly string[] = [];
  if (channel instanceof Group) {
    problems = textsOf(attributesOf(channel).problems);
    const columns = new Columns(channel);
    counted.rows = columns.rows;
    faults = columns.faults.length > 0 ? columns.faults : readRows(columns, train, counted);
  } else {
    faults = ['is no group'];
  }
  return { name, ...counted, ...train.summary(), problems, faults };
}

/** @returns what is wrong with the rows */
function readRows(
  columns: Columns,
  train: PulseTrain,
  counted: { rows_without_point: number; absent_values: number },
): string[] {
  for (let start = 0; start < columns.rows; start += BLOCK_ROWS) {
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

  constructor(channel: Group) {
    const names = ['data', 'pulse_id', 'is_data_present', 'global_date', 'timestamp'];
    const there = new Set(channel.keys());
    this.datasets = new Map(
      names
        .filter((name) => there.has(name))
        .map((name) => [name, channel.get(name)] as const)
        .filter((entry): entry is [string, Dataset] => entry[1] instanceof Dataset),
    );
    this.rows = this.datasets.get('pulse_id')?.metadata.shape?.[0] ?? 0;
    // Newer readers' column, which the Python implementation does not write.
    const required = names.filter((name) => name !== 'timestamp');
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
    const present = rowsOf(this.datasets.get('is_data_present')!, start, end);
    let dates: ArrayLike<unknown> | undefined;
    const pulseIds = new BigInt64Array(end - start);
    let points = 0;
    let absent = 0;
    for (let i = 0; i < rowIds.length; i++) {
      if (!Number(present[i])) {
        dates ??= this.dates(start, end);
        // The extended format's rows without a point have no date.
        if (!dates[i]) continue;
        absent++;
      }
      pulseIds[points++] = BigInt(rowIds[i]);
    }
    return { pulseIds, points, absent };
  }

  private dates(start: number, end: number): ArrayLike<unknown> {
    const column = this.datasets.get('timestamp') ?? this.datasets.get('global_date')!;
    return rowsOf(column, start, end);
  }
}
