import type { DataApiProtocol } from '../config/writer-settings.js';
import { BinarySource } from './binary/binary-source.js';
import type { DataSource } from './data-source.js';
import type { Connections } from './http/connections.js';
import { JsonSource } from './json/json-source.js';
import type { ReadingMemory } from './json/reading-memory.js';

/** Where a data API is. */
export interface SourceAddress {
  readonly url: string;
  /** Another data API that can tell when pulses were, where this one can't. */
  readonly mappingUrl?: string;
}

/** Connections and memory that the data sources of a thread share, as only one of them reads at a time. */
export interface SourceTools {
  readonly connections: Connections;
  readonly memory: ReadingMemory;
}

/** Makes the source for each protocol that the settings can name. */
export const DATA_SOURCES: Readonly<
  Record<DataApiProtocol, (api: SourceAddress, tools: SourceTools) => DataSource>
> = {
  json: ({ url }, { connections, memory }) => new JsonSource({ url, connections, memory }),
  binary: (api, { connections, memory }) =>
    new BinarySource({ ...api, connections, memory: memory.blocks }),
};
