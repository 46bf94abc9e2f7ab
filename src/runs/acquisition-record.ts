import type { PlannedFile } from './plan.js';
import type { JsonObject, NotWritten } from './retrieval.js';
import type { RunLayout } from './run-layout.js';

/** One acquisition of a run: what was asked for, and under which names. The same from a plan as from disk. */
export interface AcquisitionRecord {
  readonly layout: RunLayout;
  readonly beamline: string;
  readonly pgroup: string;
  readonly runNumber: number;
  /** 1 in the flat layout. */
  readonly acquisitionNumber: number;
  /** Null where the run's metadata has none. */
  readonly uniqueAcquisitionNumber: number | null;
  /** Local time, `YYYY-MM-DD HH:MM:SS.ffffff`; null where the metadata has none. */
  readonly requestTime: string | null;
  /** As asked for. */
  readonly startPulseId: number;
  readonly stopPulseId: number;
  readonly rateMultiplicator: number;
  readonly userTag: string | null;
  readonly channels: readonly string[];
  readonly cameras: readonly string[];
  readonly pvs: readonly string[];
  readonly detectors: readonly string[];
  readonly selectedPulseIds?: readonly number[];
  /** In the order PVs, channels, cameras, detectors. Of other systems' runs, those that their rules give. */
  readonly files: readonly PlannedFile[];
  /** Of the write requests that it became, as the metadata has them; empty in other systems' runs. */
  readonly requestIds: readonly string[];
  readonly notWritten: NotWritten;
  readonly metadataFile: string;
  /** The metadata as it stands there. */
  readonly metadata: JsonObject;
}
