import type { RunLayout } from './run-layout.js';

export type JsonObject = Record<string, unknown>;

/** What a run's files would hold and nobody writes, by name; a key is there only where something is not. */
export interface NotWritten {
  readonly pv_list?: readonly string[];
  readonly detectors?: readonly string[];
}

/** One call for pulses that are past, understood and checked. Survives JSON, numbers of `body` by `exactJson`. */
export interface Retrieval {
  /** A UUID: ids of the write requests are made of it. */
  readonly id: string;
  readonly beamline: string;
  readonly pgroup: string;
  readonly layout: RunLayout;
  /** First pulse, as asked for. */
  readonly startPulseId: number;
  /** Last pulse, as asked for; it belongs to the range. */
  readonly stopPulseId: number;
  readonly rateMultiplicator: number;
  /** As the client gave it; without one the next is taken. */
  readonly runNumber?: number;
  readonly tag?: string | null;
  /** The tag, cleaned, where it is part of the run folder's name; run layout only. See `suffixOf`. */
  readonly suffix?: string;
  /** Below the raw folder, where the files go; flat layout only. */
  readonly directoryName?: string;
  /** Each once. */
  readonly channels: readonly string[];
  /** Whatever their names are. */
  readonly cameras: readonly string[];
  readonly pvs: readonly string[];
  /** Options by detector. */
  readonly detectors: Readonly<Record<string, object>>;
  readonly selectedPulseIds?: readonly number[];
  readonly scanInfo?: JsonObject;
  /** Whether somebody takes PVs and detectors: only then are their files promised. */
  readonly taken: { readonly pvs: boolean; readonly detectors: boolean };
  /** The whole request as it was posted. */
  readonly body: JsonObject;
  /** Local time, `YYYY-MM-DD HH:MM:SS.ffffff`; see `pythonTime`. */
  readonly requestTime: string;
}
