import { dirname } from 'node:path';
import { NO_FILE } from '../../filesystem/output-roots.js';

/** What a request needs: a data source, and a folder for its file. */
export interface Places {
  readonly source: string;
  /** Undefined for a request without a file. */
  readonly folder: string | undefined;
}

/**
 * The places of a request, by the name of its file. Cameras may have a source of their own, and a file of their
 * own with it, which is how their requests are told here.
 */
export function placesOf(outputFile: string | undefined): Places {
  const source = outputFile?.endsWith('.IMAGES.h5') ? 'source of cameras' : 'source of channels';
  const hasFile = outputFile !== undefined && outputFile !== NO_FILE;
  return { source, folder: hasFile ? `folder ${dirname(outputFile)}` : undefined };
}

export const PLACE_KINDS = ['source', 'folder'] as const;

/** What a place is. */
export function kindOf(place: string): (typeof PLACE_KINDS)[number] {
  return place.startsWith('source ') ? 'source' : 'folder';
}

export function listed({ source, folder }: Places): readonly string[] {
  return folder === undefined ? [source] : [source, folder];
}
