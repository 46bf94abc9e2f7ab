import type { NotWritten } from './retrieval.js';

/** A file that an acquisition promises. */
export interface PlannedFile {
  /** PVDATA, BSDATA, CAMERAS (run layout), PVCHANNELS, BSREAD, CAMERAS (flat layout), or a detector's name. */
  readonly kind: string;
  readonly path: string;
  readonly logFile: string;
}

/** The numbers of a retrieval and the places that follow from them. Survives JSON; paths are absolute. */
export interface Plan {
  /** The pgroup's raw folder. */
  readonly raw: string;
  readonly runNumber: number;
  /** From 1 within the run. */
  readonly acquisitionNumber: number;
  /** From 1 within the pgroup. */
  readonly uniqueAcquisitionNumber: number;
  /** Folder of the run, or in the flat layout the folder that its files lie in. */
  readonly runFolder: string;
  /** JSON of this acquisition, or in the flat layout of its run. */
  readonly metadataFile: string;
  /** Where its step of the scan is noted; undefined where it is none. */
  readonly scanFile?: string;
  /** How many steps the scan had before it. */
  readonly scanStep: number;
  /** In the order PVs, channels, cameras, detectors. */
  readonly files: readonly PlannedFile[];
  /** What is asked for and nobody takes. */
  readonly notWritten: NotWritten;
}

/** The kinds of files, by layout. */
export const KINDS = {
  run: { pvs: 'PVDATA', channels: 'BSDATA', cameras: 'CAMERAS' },
  flat: { pvs: 'PVCHANNELS', channels: 'BSREAD', cameras: 'CAMERAS' },
} as const;
