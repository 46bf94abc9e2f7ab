import { type ReactNode, useState } from 'react';
import type { RequestHead } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { useMayAct } from '../api/overview.js';
import { copyText } from '../shell/copy-text.js';
import { hrefOf, navigate, useRoute } from '../shell/route.js';
import { acquireAgain, cancel, curlCommand, mayAcquireAgain, mayCancel } from './actions.js';
import { mayAcquireOver } from './may-replace.js';
import actions from '../shell/panel-actions.module.css';
import css from './request-actions.module.css';

/** What can be done with a request, as far as the broker allows the page to act. */
export function RequestActions({ head }: { readonly head: RequestHead }) {
  const { filter } = useRoute();
  const mayAct = useMayAct();
  const [said, setSaid] = useState<{ readonly text: string; readonly isError: boolean }>();
  const [isUnderWay, setUnderWay] = useState(false);
  const { request_id: id, output_file: file } = head;
  const run = async (action: () => Promise<string | undefined>) => {
    setUnderWay(true);
    setSaid(undefined);
    try {
      const text = await action();
      if (text !== undefined) setSaid({ text, isError: false });
    } catch (error) {
      setSaid({ text: messageOf(error), isError: true });
    } finally {
      setUnderWay(false);
    }
  };
  const again = (force: boolean) => async () => {
    if (!(await mayAcquireOver(head))) return undefined;
    navigate({ view: 'request', id: await acquireAgain(id, { force }), filter });
    return undefined;
  };
  const button = (text: string, action: () => Promise<string | undefined>): ReactNode => (
    <button type="button" disabled={isUnderWay} onClick={() => void run(action)}>
      {text}
    </button>
  );
  return (
    <div className={actions.actions}>
      {head.state === 'written' && file !== undefined && (
        <a className={css.open} href={hrefOf({ view: 'file', file, filter })}>
          Open file
        </a>
      )}
      {mayAct && mayAcquireAgain(head) && button('Acquire again', again(false))}
      {mayAct &&
        head.failure?.code === 'fewer_rows' &&
        mayAcquireAgain(head) &&
        button('Acquire again, even with fewer rows', again(true))}
      {mayAct &&
        mayCancel(head) &&
        button('Cancel', async () => {
          await cancel(id);
          return 'Cancelled: it is never sent.';
        })}
      {mayAct &&
        button('Copy as curl', async () => {
          await copyText(await curlCommand(id));
          return 'Copied: a command that acquires it again.';
        })}
      <output className={actions.said} data-error={said?.isError || undefined}>
        {said?.text}
      </output>
    </div>
  );
}
