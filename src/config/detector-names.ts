import { parseBeamlineNetwork } from './beamlines.js';
import { EachEntry } from './validators.js';

/** A detector of a beamline, as `beamline=name`. */
export interface BeamlineDetector {
  readonly beamline: string;
  readonly name: string;
}

const MAX_NAME = 100;

/** What the files of a run that aren't a detector's are called by. */
const NOT_DETECTORS = ['PVDATA', 'BSDATA', 'CAMERAS', 'PVCHANNELS', 'BSREAD'];

/** A list of `beamline=name` of beamlines that there are, with names that a file can have. */
export function DetectorNames(): PropertyDecorator {
  return EachEntry((entry, settings) => {
    const detector = parseBeamlineDetector(entry);
    if (!detector) {
      return `which is no beamline=name: write it like alvra=JF02T09V02, with letters, digits, - _ . in the name, ${MAX_NAME} at most`;
    }
    if (NOT_DETECTORS.includes(detector.name)) {
      return "whose name is that of a run's other files: name the detector";
    }
    const { beamlines } = settings as { beamlines?: readonly string[] };
    const names = new Set((beamlines ?? []).map((each) => parseBeamlineNetwork(each)?.name));
    return names.has(detector.beamline)
      ? undefined
      : `whose beamline has no network: add ${detector.beamline}=network to --beamlines`;
  });
}

/** The parts of `beamline=name`; undefined where it is not usable. */
export function parseBeamlineDetector(entry: string): BeamlineDetector | undefined {
  const [, beamline, name] = /^([\w-]+)\s*=\s*([\w-][\w.-]*)$/.exec(entry) ?? [];
  return name !== undefined && name.length <= MAX_NAME ? { beamline, name } : undefined;
}
