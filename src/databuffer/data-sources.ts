import type { DataApiProtocol } from '../config/writer-settings.js';
import { Api4Source } from './api4/api4-source.js';
import { BinarySource } from './binary/binary-source.js';
import type { DataSource } from './data-source.js';
import type { Connections } from './http/connections.js';
import { JsonSource } from './json/json-source.js';
import type { SourceMemory } from './source-memory.js';

/** Where a data API is. */
export interface SourceAddress {
  readonly url: string;
  /** Another data API that can tell when pulses were, where this one can't. */
  readonly mappingUrl?: string;
  /** Downloads at once, where the protocol has one channel a request; 10 by default. */
  readonly channelsAtOnce?: number;
}

/** Connections and memory that the data sources of a thread share, as only one of them reads at a time. */
export interface SourceTools {
  readonly connections: Connections;
  readonly memory: SourceMemory;
}

/** Makes the source for each protocol that the settings can name. */
export const DATA_SOURCES: Readonly<
  Record<DataApiProtocol, (api: SourceAddress, tools: SourceTools) => DataSource>
> = {
  json: ({ url }, { connections, memory }) =>
    new JsonSource({ url, connections, memory: memory.json }),
  binary: (api, { connections, memory }) =>
    new BinarySource({ ...api, connections, memory: memory.blocks }),
  api4: ({ url, channelsAtOnce = 10 }, { connections, memory }) =>
    new Api4Source({ url, connections, channelsAtOnce, memory: memory.api4 }),
};
