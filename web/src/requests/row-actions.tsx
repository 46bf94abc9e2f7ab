import type { MouseEvent } from 'react';
import type { RequestHead } from '../api/broker.js';
import { fileName } from '../format/files.js';
import {
  acquireAgain,
  cancel,
  curlCommand,
  mayAcquireAgain,
  mayCancel,
} from '../request/actions.js';
import { mayAcquireOver } from '../request/may-replace.js';
import { copyText } from '../shell/copy-text.js';
import { tell } from '../shell/notices.js';
import { type Filter, hrefOf } from '../shell/route.js';

/** What can be done with a request from its row. */
export function RowActions({
  head,
  filter,
  mayAct,
  isActive,
}: {
  readonly head: RequestHead;
  readonly filter: Filter;
  readonly mayAct: boolean;
  /** Whether Tab comes to them. */
  readonly isActive: boolean;
}) {
  const { request_id: id, output_file: file = id, state } = head;
  const tabIndex = isActive ? 0 : -1;
  const button = (name: string, act: () => Promise<string | undefined>) => (
    <button
      type="button"
      tabIndex={tabIndex}
      aria-label={`${name}: ${fileName(file)}`}
      onClick={(event: MouseEvent) => {
        event.stopPropagation();
        void act().then(
          (text) => {
            if (text !== undefined) tell(text);
          },
          (error: Error) => tell(error.message, { isError: true }),
        );
      }}
    >
      {name}
    </button>
  );
  return (
    <>
      {state === 'written' && head.output_file && (
        <a
          href={hrefOf({ view: 'file', file: head.output_file, filter })}
          tabIndex={tabIndex}
          aria-label={`Open file: ${fileName(file)}`}
        >
          Open file
        </a>
      )}
      {mayAct &&
        mayCancel(head) &&
        button('Cancel', async () => {
          await cancel(id);
          return `Cancelled: ${fileName(file)} will not be written.`;
        })}
      {mayAct &&
        mayAcquireAgain(head) &&
        button('Acquire again', async () => {
          if (!(await mayAcquireOver(head))) return undefined;
          await acquireAgain(id);
          return `${fileName(file)} is acquired again, as a new request.`;
        })}
      {mayAct &&
        button('Copy as curl', async () => {
          await copyText(await curlCommand(id));
          return 'Copied: run it in a shell to acquire this again.';
        })}
    </>
  );
}
