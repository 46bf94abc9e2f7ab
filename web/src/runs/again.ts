import { type RequestHead, broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { acquireAgain, mayAcquireAgain } from '../request/actions.js';
import { mayAcquireOver } from '../request/may-replace.js';
import type { RequestedFile } from './lacking.js';

/**
 * Acquires files again, each by its own request. One that is whole is replaced only if the answer to a question is yes.
 *
 * @returns how many were submitted
 * @throws Error with the broker's sentence, where it refuses one; those before it are submitted
 */
export async function acquireFilesAgain(files: readonly RequestedFile[]): Promise<number> {
  let submitted = 0;
  for (const { request_id: id } of files) {
    const head = await headOf(id);
    if (!mayAcquireAgain(head) || !(await mayAcquireOver(head))) continue;
    await acquireAgain(id);
    submitted += 1;
  }
  return submitted;
}

async function headOf(id: string): Promise<RequestHead> {
  const { data, error } = await broker.GET('/requests/{request_id}', {
    params: { path: { request_id: id } },
  });
  if (!data) throw new Error(messageOf(error));
  return data.request;
}
