import { bytesPerElement, type NumericType } from '../../encoding/element-type.js';
import {
  attributeMessage,
  compactDataset,
  contiguousDataset,
  contiguousMessage,
  DATATYPE,
  headerSize,
  type Message,
  movedDataset,
  objectHeader,
  symbolTableMessage,
} from '../format/header-messages.js';
import { LAYOUT, MESSAGE, messagesOf } from '../format/object-header.js';
import { rootEntry } from '../format/superblock.js';
import { type Link, makeSymbolTable } from '../format/symbol-table.js';
import { channelGroup } from '../layout/channel-group.js';
import type { ChannelPlot } from '../layout/channel-plot.js';
import { type Plots, WAITING_GROUP } from '../layout/plots.js';
import type { FileTail } from '../library/file-tail.js';
import type { OpenFile } from '../library/open-file.js';
import { countLink } from './count-link.js';
import { dimensionList, referenceList, scaleAttributes } from './dimension-scale.js';
import { GlobalHeap } from '../library/global-heap.js';
import { isoDate } from './iso-date.js';
import { PixelAxes } from './pixel-axes.js';
import { plotGroup } from './plot-group.js';
import type { AxisValues, PulseAxis } from './pulse-axis.js';

/** What a file says about itself in `/entry`. */
export interface EntryInformation {
  readonly title: string;
  /** Of the request that the file answers. */
  readonly identifier?: string;
}

interface EntryContents extends EntryInformation {
  /** Units of a channel's values, where they are known. */
  readonly unitsOf: (channel: string) => string | undefined;
}

/** An axis, and where its header is going to be. */
class PlacedAxis {
  messages: Message[] = [];
  header = 0;
  /** Headers of the datasets that it belongs to by HDF5's own attributes. */
  readonly attached: number[] = [];

  constructor(
    readonly axis: PulseAxis,
    /** Of its header, if HDF5 wrote it. */
    readonly address: number | undefined,
  ) {}
}

/** What a plot is made of, as HDF5 wrote it. */
interface WrittenPlot {
  readonly plot: ChannelPlot;
  readonly axis: PlacedAxis;
  /** Address of the header of the dataset that has the values, from when it is written. */
  readonly address: () => number;
}

/**
 * The group `/entry` of a file: an `NXdata` for each channel that can be plotted, as NeXus says.
 *
 * HDF5 needs 0.3 ms for one, as long as for all else of a small channel. Here they are put together as
 * they are in a file, and come behind what HDF5 wrote. The group that HDF5 made under this name held what
 * they are made of: no link leads to it any more.
 */
export class NexusEntry {
  private readonly waitingGroup: number;
  private readonly axes: readonly PlacedAxis[];
  private readonly written: readonly WrittenPlot[];

  /** To be made while HDF5 has the file open. @param moved is called after each channel */
  constructor(
    file: OpenFile,
    private readonly plots: Plots,
    axes: readonly PulseAxis[],
    private readonly information: EntryContents,
    private readonly moved: () => void,
  ) {
    this.waitingGroup = file.addressOf(WAITING_GROUP);
    this.axes = axes.map((axis) => {
      const { values } = axis;
      return new PlacedAxis(axis, typeof values === 'string' ? file.addressOf(values) : undefined);
    });
    const axisOf = new Map(
      this.axes.flatMap((axis) => axis.axis.plots.map((plot) => [plot, axis] as const)),
    );
    const written: WrittenPlot[] = [];
    for (const plot of plots.all()) {
      const axis = axisOf.get(plot);
      if (!axis) continue;
      written.push({ plot, axis, address: headerOf(file, plot) });
      moved();
    }
    this.written = written;
  }

  /** Puts the group behind what HDF5 has written. @throws NodeJS.ErrnoException */
  write(tail: FileTail): void {
    const heap = new GlobalHeap(tail);
    for (const axis of this.axes) this.makeRoom(tail, heap, axis);
    const pixels = new PixelAxes(tail);
    const links = this.written.map((written) => {
      this.moved();
      const units = this.information.unitsOf(written.plot.header.name);
      return writePlot({ tail, heap, pixels }, written, units);
    });
    for (const { axis, messages, header, attached } of this.axes) {
      const list = attached.length > 0 ? [referenceList(attached)] : [];
      tail.write(objectHeader([...messages, ...list], axis.plots.length), header);
    }
    const entry = this.writeEntry(tail, heap, links);
    heap.close();
    const { addressAt, size } = rootEntry(tail.reader, this.waitingGroup);
    // Without what HDF5 keeps beside the address to find the links of the group sooner.
    const link = Buffer.alloc(size);
    link.writeBigUInt64LE(BigInt(entry));
    tail.write(link, addressAt);
  }

  private makeRoom(tail: FileTail, heap: GlobalHeap, axis: PlacedAxis): void {
    const { name, plots } = axis.axis;
    const { start } = this.plots.span;
    axis.messages = [...messagesOfAxis(tail, axis), ...scaleAttributes(name)];
    if (name === 'time') {
      axis.messages.push(
        attributeMessage('units', heap.text('s')),
        attributeMessage('start', heap.text(isoDate(start!))),
      );
    }
    const scalars = plots.filter(({ kind }) => kind === 'values').map(() => 0);
    const list = scalars.length > 0 ? [referenceList(scalars)] : [];
    axis.header = tail.reserve(headerSize([...axis.messages, ...list]));
  }

  /** @returns the address of its header */
  private writeEntry(tail: FileTail, heap: GlobalHeap, plots: readonly Link[]): number {
    const taken = new Set(plots.map(({ name }) => name));
    const links = [...plots];
    for (const [name, value] of Object.entries(this.fields())) {
      if (value === undefined || taken.has(name)) continue;
      links.push({ name, address: writeText(tail, heap, value) });
    }
    const { bytes, tree, heap: names } = makeSymbolTable(links, tail.position);
    tail.append(bytes);
    const [first] = plots;
    return tail.append(
      objectHeader([
        symbolTableMessage(tree, names),
        attributeMessage('NX_class', heap.text('NXentry')),
        ...(first ? [attributeMessage('default', heap.text(first.name))] : []),
      ]),
    );
  }

  private fields(): Record<string, string | undefined> {
    const { start, stop } = this.plots.span;
    return {
      title: this.information.title,
      entry_identifier: this.information.identifier,
      start_time: start === undefined ? undefined : isoDate(start),
      end_time: stop === undefined ? undefined : isoDate(stop),
    };
  }
}

/** Where plots are written to. */
interface PlotPlace {
  readonly tail: FileTail;
  readonly heap: GlobalHeap;
  readonly pixels: PixelAxes;
}

/** @returns the link to an `NXdata` */
function writePlot(
  { tail, heap, pixels }: PlotPlace,
  written: WrittenPlot,
  units: string | undefined,
): Link {
  const { plot, axis, address } = written;
  const { name, shape } = plot.header;
  const pulses = { name: axis.axis.name, address: axis.header };
  if (plot.kind === 'values') {
    const attributes = [
      attributeMessage('long_name', heap.text(name)),
      ...(units === undefined ? [] : [attributeMessage('units', heap.text(units))]),
      dimensionList(heap.reference(axis.header)),
    ];
    const data = tail.append(objectHeader([...valuesOf(tail, written), ...attributes]));
    axis.attached.push(data);
    return { name, address: tail.append(plotGroup(heap, data, [pulses], undefined)) };
  }
  countLink(tail, address());
  const title = writeText(tail, heap, name);
  // With one waveform silx takes its samples for a scatter that lacks a coordinate.
  const isOneWaveform = shape.length === 1 && plot.points === 1;
  const axes = [pulses, ...(isOneWaveform ? [undefined] : pixels.of(shape.toReversed()))];
  return { name, address: tail.append(plotGroup(heap, address(), axes, title)) };
}

/** A dataset with a text. @returns the address of its header */
function writeText(tail: FileTail, heap: GlobalHeap, value: string): number {
  return tail.append(objectHeader(compactDataset(heap.text(value))));
}

/** Where the header lies of the dataset that has what is plotted. */
function headerOf(file: OpenFile, { header, values }: ChannelPlot): () => number {
  const data = `${channelGroup('data', header.name)}/data`;
  return file.headerOf(values === undefined || values === 'behind' ? data : values.dataset);
}

/** Messages of an axis, but for its attributes. */
function messagesOfAxis(tail: FileTail, { axis, address }: PlacedAxis): Message[] {
  if (address !== undefined) return messagesOf(tail.reader, address);
  const values = axis.values as AxisValues;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const datatype = axis.name === 'time' ? DATATYPE.float64 : DATATYPE.int64;
  return contiguousDataset({ datatype, shape: [values.length], bytes }, tail.append(bytes));
}

function isNoAttribute({ type }: Message): boolean {
  return type !== MESSAGE.attribute;
}

/** Messages of a plot's own dataset, but for its attributes. */
function valuesOf(tail: FileTail, { plot, address }: WrittenPlot): Message[] {
  // Texts of its attributes are those of the channel, whose they stay.
  const messages = messagesOf(tail.reader, address()).filter(isNoAttribute);
  const { header, rows, points, values } = plot;
  if (values !== 'behind') return messages;
  const elementBytes = bytesPerElement(header.type as NumericType);
  const layout = Buffer.from(messages.find(({ type }) => type === MESSAGE.layout)!.data);
  const data = Number(layout.readBigUInt64LE(LAYOUT.address));
  const behind = contiguousMessage(data + rows * elementBytes, points * elementBytes);
  return movedDataset(messages, [points], behind);
}
