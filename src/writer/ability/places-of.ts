import { dirname, resolve } from 'node:path';
import { withoutCredentials } from '../../config/url-credentials.js';
import type { JobSettings } from '../../config/writer-settings.js';
import { isImageChannel } from '../../request/channel.js';
import type { Failure } from '../../report/failure.js';
import type { HeldRequest } from '../held-request.js';

/** The folder of an output file, as far as its name alone tells. */
export function folderOf(outputFile: string, { output_root: roots }: JobSettings): string {
  return dirname(resolve(roots[0], outputFile));
}

/** What a writer can't do where a job makes no progress in a folder. */
export function stallIn(folder: string): Failure {
  const message = `a job makes no progress in ${folder}`;
  return { code: 'stalled', message, faults: ['folder', 'writer'], passes: true, place: folder };
}

/**
 * The data APIs and the folder that a request which was written needed.
 *
 * @param outputFile absolute
 */
export function placesOf(
  { parsed }: Pick<HeldRequest, 'parsed'>,
  outputFile: string | undefined,
  { data_api_url: data, image_api_url: images }: JobSettings,
): string[] {
  const channels = parsed?.channels ?? [];
  const asksImages = images !== undefined && channels.some(isImageChannel);
  const asksData = images === undefined || channels.some((channel) => !isImageChannel(channel));
  return [
    ...(asksData ? [withoutCredentials(data)] : []),
    ...(asksImages ? [withoutCredentials(images)] : []),
    ...(outputFile === undefined ? [] : [dirname(outputFile)]),
  ];
}
