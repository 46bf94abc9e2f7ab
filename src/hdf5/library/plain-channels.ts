import { objectHeader, placedDataset, symbolTableMessage } from '../format/header-messages.js';
import { type Link, makeSymbolTable } from '../format/symbol-table.js';
import { attributeMessages } from './attribute-messages.js';
import type { Attributes } from './attributes.js';
import type { Place } from './carried-bytes.js';
import type { FileTail } from './file-tail.js';
import type { GlobalHeap } from './global-heap.js';

/** A dataset whose elements are in the file, or soon will be, one behind another. */
export interface PlainDataset {
  readonly name: string;
  /** A datatype message. */
  readonly datatype: Uint8Array;
  readonly shape: readonly number[];
  readonly place: Place;
  /** Of all elements. */
  readonly size: number;
}

interface PlainChannel {
  readonly datasets: readonly PlainDataset[];
  /** Of the group, and of datasets, by their paths. */
  attributes?: Map<string, Attributes>;
  /** Address of the header of its first dataset, once that is written. */
  header?: number;
}

/**
 * Channels of which HDF5 writes nothing but the elements of their datasets. Their groups and the headers
 * of the datasets come behind what it has written.
 */
export class PlainChannels {
  private readonly channels = new Map<string, PlainChannel>();

  get isEmpty(): boolean {
    return this.channels.size === 0;
  }

  /** @param group its path; others look up the first of the datasets */
  add(group: string, datasets: readonly PlainDataset[]): void {
    this.channels.set(group, { datasets });
  }

  /** Undefined of datasets that HDF5 has. */
  dataset(path: string): PlainDataset | undefined {
    const [group, name] = splitPath(path);
    return this.channels.get(group)?.datasets.find((dataset) => dataset.name === name);
  }

  /** @returns false for what HDF5 has */
  setAttributes(object: string, attributes: Attributes): boolean {
    const channel = this.channels.get(object) ?? this.channels.get(splitPath(object)[0]);
    if (!channel) return false;
    if (Object.keys(attributes).length === 0) return true;
    channel.attributes ??= new Map();
    channel.attributes.set(object, { ...channel.attributes.get(object), ...attributes });
    return true;
  }

  /** Where the header of a channel's first dataset lies, after `write`. */
  headerOf(path: string): number {
    const header = this.channels.get(splitPath(path)[0])?.header;
    if (header === undefined) throw new Error(`the header of ${path} is not written`);
    return header;
  }

  /** Puts them behind what HDF5 has written. @returns the links to their groups */
  write(tail: FileTail, heap: GlobalHeap): Link[] {
    return [...this.channels].map(([group, channel]) => {
      const attributesOf = (object: string) =>
        attributeMessages(channel.attributes?.get(object) ?? {}, heap);
      const links = channel.datasets.map(({ name, place, size, ...extent }) => {
        const messages = placedDataset(extent, place.address, size);
        messages.push(...attributesOf(`${group}/${name}`));
        return { name, address: tail.append(objectHeader(messages)) };
      });
      channel.header = links[0].address;
      const { bytes, tree, heap: names } = makeSymbolTable(links, tail.position);
      tail.append(bytes);
      const messages = [symbolTableMessage(tree, names), ...attributesOf(group)];
      return { name: splitPath(group)[1], address: tail.append(objectHeader(messages)) };
    });
  }
}

/** The group that an object is in, and its name there. */
export function splitPath(path: string): [group: string, name: string] {
  const end = path.lastIndexOf('/');
  return [path.slice(0, end), path.slice(end + 1)];
}
