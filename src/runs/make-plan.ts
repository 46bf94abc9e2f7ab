import { join } from 'node:path';
import { withoutEnd } from './names.js';
import { KINDS, type Plan, type PlannedFile } from './plan.js';
import type { NotWritten, Retrieval } from './retrieval.js';
import {
  META,
  SCAN_FILE,
  SCAN_INFO,
  acquisitionName,
  fileNames,
  flatMetadata,
  runFolderName,
} from './run-names.js';

/** The numbers that an acquisition gets. */
export type PlanNumbers = Pick<
  Plan,
  'runNumber' | 'acquisitionNumber' | 'uniqueAcquisitionNumber' | 'scanStep'
>;

/** Where the files of a retrieval go. */
export function planOf(retrieval: Retrieval, raw: string, numbers: PlanNumbers): Plan {
  const places = placesOf(retrieval, numbers);
  const runFolder = join(raw, places.runFolder);
  return {
    raw,
    ...numbers,
    runFolder,
    metadataFile: join(raw, places.metadataFolder, places.metadataName),
    ...(places.scan && { scanFile: join(raw, places.scan.folder, places.scan.name) }),
    files: filesOf(retrieval, raw, runFolder, numbers),
    notWritten: notTaken(retrieval),
  };
}

/** Places of a retrieval, relative to the raw folder; `''` is the raw folder itself. */
export interface Places {
  readonly runFolder: string;
  readonly metadataFolder: string;
  readonly metadataName: string;
  readonly scan: { readonly folder: string; readonly name: string } | undefined;
}

/** The same from a retrieval and the numbers that it has got. */
export function placesOf(
  { layout, suffix, directoryName, scanInfo }: Retrieval,
  { runNumber, acquisitionNumber }: Pick<Plan, 'runNumber' | 'acquisitionNumber'>,
): Places {
  if (layout === 'run') {
    const runFolder = runFolderName(runNumber, suffix);
    const metadataFolder = `${runFolder}/${META}`;
    return {
      runFolder,
      metadataFolder,
      metadataName: `${acquisitionName(acquisitionNumber)}.json`,
      scan: { folder: metadataFolder, name: SCAN_FILE },
    };
  }
  const [metadataName, ...above] = flatMetadata(runNumber).split('/').reverse();
  const scanName = scanInfo?.scan_name;
  return {
    runFolder: directoryName ? withoutEnd(directoryName) : '',
    metadataFolder: above.reverse().join('/'),
    metadataName,
    scan:
      typeof scanName === 'string' && scanName !== ''
        ? { folder: SCAN_INFO, name: `${scanName}.json` }
        : undefined,
  };
}

function filesOf(
  { layout, pvs, channels, cameras, detectors, taken }: Retrieval,
  raw: string,
  runFolder: string,
  numbers: PlanNumbers,
): PlannedFile[] {
  const kinds = [
    ...(pvs.length > 0 && taken.pvs ? [KINDS[layout].pvs] : []),
    ...(channels.length > 0 ? [KINDS[layout].channels] : []),
    ...(cameras.length > 0 ? [KINDS[layout].cameras] : []),
    ...(taken.detectors ? Object.keys(detectors) : []),
  ];
  return kinds.map((kind) => ({
    kind,
    ...fileNames(layout, raw, runFolder, numbers, kind),
  }));
}

function notTaken({ pvs, detectors, taken }: Retrieval): NotWritten {
  const names = Object.keys(detectors);
  return {
    ...(pvs.length > 0 && !taken.pvs && { pv_list: pvs }),
    ...(names.length > 0 && !taken.detectors && { detectors: names }),
  };
}
