import { dirname, resolve } from 'node:path';
import { withoutCredentials } from '../../config/url-credentials.js';
import type { JobSettings } from '../../config/writer-settings.js';
import { isCamera } from '../job/ask-for-data.js';
import type { HeldRequest } from '../held-request.js';
import type { JobOutcome } from '../job/job.js';

/** The folder of an output file, as far as its name alone tells. */
export function folderOf(outputFile: string, { output_root: roots }: JobSettings): string {
  return dirname(resolve(roots[0], outputFile));
}

/** The data APIs and the folder that a request which was written needed. */
export function placesOf(
  { parsed }: Pick<HeldRequest, 'parsed'>,
  { outputFile }: Pick<JobOutcome, 'outputFile'>,
  { data_api_url: data, image_api_url: images }: JobSettings,
): string[] {
  const channels = parsed?.channels ?? [];
  const asksImages = images !== undefined && channels.some(isCamera);
  const asksData = images === undefined || channels.some((channel) => !isCamera(channel));
  return [
    ...(asksData ? [withoutCredentials(data)] : []),
    ...(asksImages ? [withoutCredentials(images)] : []),
    ...(outputFile === undefined ? [] : [dirname(outputFile)]),
  ];
}
