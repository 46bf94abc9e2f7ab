import type { RunFile } from '../api/broker.js';

/** Whether something is wrong with a file for good, so that acquiring it again may help. */
export function isLacking({ settled, complete, state }: RunFile): boolean {
  return settled && (complete === false || state === 'failed' || state === 'not_there');
}

/** A file whose request the broker knows. */
export type RequestedFile = RunFile & { readonly request_id: string };

/** Whether a file can be acquired again by its request. */
export function hasRequest(file: RunFile): file is RequestedFile {
  return file.settled && file.request_id !== null && file.request_id !== undefined;
}

/** The files that failed or are not whole, and can be acquired again by their requests. */
export function lackingFiles(files: readonly RunFile[]): RequestedFile[] {
  return files.filter(isLacking).filter(hasRequest);
}
