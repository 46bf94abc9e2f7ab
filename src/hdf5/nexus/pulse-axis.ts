import type { ChunkFilter } from '../format/chunk-filter.js';
import { channelGroup } from '../layout/channel-group.js';
import type { ChannelPlot } from '../layout/channel-plot.js';
import { NumericColumnWriter } from '../layout/numeric-column-writer.js';
import type { Plots } from '../layout/plots.js';
import { MAX_CHUNK_ROWS } from '../library/hdf5-library.js';
import type { OpenFile } from '../library/open-file.js';

/** HDF5 lists those that an axis belongs to in an attribute of 64 KiB, 16 bytes each. */
const MOST_PLOTS = 4000;
const NS_PER_SECOND = 1e9;
const WORD = 2 ** 32;

export type AxisValues = Float64Array | BigInt64Array;

/** Bytes of axes that wait in memory, each of less rows than a chunk: HDF5 needs 0.1 ms for a dataset. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/** An axis of the plots that show the same pulses. */
export interface PulseAxis {
  /** `time`: seconds since `start`. `pulse_id`, where a pulse has no date. */
  readonly name: 'time' | 'pulse_id';
  /** Its values, or the path of the dataset that has them as long as the file is open. */
  readonly values: AxisValues | string;
  readonly plots: readonly ChannelPlot[];
}

/** A channel whose rows say when the pulses were. */
interface Source {
  readonly name: string;
  readonly rows: number;
  /** Only rows with a value count. */
  readonly onlyPresent: boolean;
}

/** Writes the axes of a file's plots, from what the file has of their pulses. */
export class PulseAxes {
  private readonly start: bigint | undefined;
  private waitingBytes = 0;

  /** @param sameRows whether all channels have the same rows, as in the extended format */
  constructor(
    private readonly file: OpenFile,
    private readonly plots: Plots,
    private readonly sameRows: boolean,
    private readonly filter: ChunkFilter | undefined,
  ) {
    this.start = plots.span.start;
  }

  /** @param moved is called after each axis */
  write(moved: () => void): PulseAxis[] {
    return this.groups().flatMap((plots) => {
      const axis = this.writeAxis(plots);
      moved();
      return axis ?? [];
    });
  }

  /** Plots of the same pulses. */
  private groups(): ChannelPlot[][] {
    const groups: ChannelPlot[][] = [];
    const open = new Map<string, ChannelPlot[]>();
    for (const plot of this.plots.all()) {
      if (plot.kind === 'nothing' || !plot.hasValue) continue;
      const { pulses } = plot;
      let group = open.get(pulses);
      if (!group || group.length === MOST_PLOTS) {
        group = [];
        open.set(pulses, group);
        groups.push(group);
      }
      group.push(plot);
    }
    return groups;
  }

  /** Channels that have a row for each point of these plots; several where one may lack a date. */
  private sourcesOf(plots: readonly ChannelPlot[]): Source[] {
    const [plot] = plots;
    const withAllRows = plots.filter(({ points, rows }) => points === rows);
    if (withAllRows.length === 0) return [sourceOf(plot, true)];
    const channels = this.sameRows ? this.plots.all() : withAllRows;
    return channels.map((channel) => sourceOf(channel, false));
  }

  /** @returns undefined where there is nothing that they can be plotted over */
  private writeAxis(plots: readonly ChannelPlot[]): PulseAxis | undefined {
    const sources = this.sourcesOf(plots);
    const { start } = this;
    if (start !== undefined) {
      const values = this.column('float64', sources, (rows) => {
        const timestamps = rows.timestamps();
        return timestamps.includes(0n) ? undefined : secondsSince(start, timestamps);
      });
      if (values !== undefined) return { name: 'time', values, plots };
    }
    if (!plots[0].followsPulses) return undefined;
    const values = this.column('int64', sources.slice(0, 1), (rows) => rows.pulseIds());
    return { name: 'pulse_id', values: values!, plots };
  }

  /** @returns undefined where some of the values are not known */
  private column(
    type: 'float64' | 'int64',
    sources: readonly Source[],
    valuesOf: (rows: Rows) => AxisValues | undefined,
  ): AxisValues | string | undefined {
    const parts = this.rowsOf(sources);
    const [{ rows }] = sources;
    if (rows < MAX_CHUNK_ROWS && this.waitingBytes + 8 * rows <= MOST_WAITING_BYTES) {
      this.waitingBytes += 8 * rows;
      return valuesOf(parts.next().value!);
    }
    const path = this.plots.newDataset();
    const { data } = this.file.library.buffers;
    const writer = new NumericColumnWriter(this.file, path, type, [], data, this.filter);
    for (const part of parts) {
      const values = valuesOf(part);
      if (!values) return undefined;
      writer.append(values, values.length);
    }
    writer.close();
    return path;
  }

  private *rowsOf(sources: readonly Source[]): Generator<Rows, undefined> {
    const [{ rows }] = sources;
    for (let first = 0; first < rows; first += MAX_CHUNK_ROWS) {
      yield new Rows(this.file, sources, first, Math.min(MAX_CHUNK_ROWS, rows - first));
    }
    return undefined;
  }
}

function secondsSince(start: bigint, timestamps: BigInt64Array): Float64Array {
  const { length } = timestamps;
  const halves = new Int32Array(timestamps.buffer, timestamps.byteOffset, 2 * length);
  const [low, high] = new Int32Array(BigInt64Array.of(start).buffer);
  const seconds = new Float64Array(length);
  // Exact as long as the difference is below 104 days.
  for (let i = 0; i < length; i++) {
    const ns = (halves[2 * i + 1] - high) * WORD + ((halves[2 * i] >>> 0) - (low >>> 0));
    seconds[i] = ns / NS_PER_SECOND;
  }
  return seconds;
}

/** Some consecutive rows of channels that have the same pulses, as they are in the file. */
class Rows {
  constructor(
    private readonly file: OpenFile,
    private readonly sources: readonly Source[],
    private readonly first: number,
    private readonly count: number,
  ) {}

  pulseIds(): BigInt64Array {
    const [source] = this.sources;
    return this.plotted(source, this.integers(source, 'pulse_id'));
  }

  /** Of the points in these rows, ns since the epoch, each from the first channel that has it; else 0. */
  timestamps(): BigInt64Array {
    const [first, ...others] = this.sources;
    const found = this.plotted(first, this.integers(first, 'timestamp'));
    let missing = found.indexOf(0n);
    for (const source of others) {
      if (missing === -1) break;
      const more = this.integers(source, 'timestamp');
      for (let i = missing; i < found.length; i++) if (found[i] === 0n) found[i] = more[i];
      missing = found.indexOf(0n, missing);
    }
    return found;
  }

  private plotted(source: Source, rows: BigInt64Array): BigInt64Array {
    if (!source.onlyPresent) return rows;
    const present = this.read(source, 'is_data_present', 1);
    return rows.filter((_, i) => present[i] !== 0);
  }

  private integers(source: Source, column: string): BigInt64Array {
    const bytes = this.read(source, column, 8);
    return new BigInt64Array(bytes.buffer, 0, this.count);
  }

  private read({ name }: Source, column: string, elementBytes: number): Uint8Array {
    const { pulseIds } = this.file.library.buffers;
    const path = `${channelGroup('data', name)}/${column}`;
    this.file.readSlice(path, this.first, this.count, pulseIds.pointer);
    return pulseIds.bytes().slice(0, this.count * elementBytes);
  }
}

function sourceOf({ header, rows }: ChannelPlot, onlyPresent: boolean): Source {
  return { name: header.name, rows, onlyPresent };
}
