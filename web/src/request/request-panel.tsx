import type { RequestHead, RequestRecord } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { isHealing, isOpen } from '../format/states.js';
import { Channels } from './channels.js';
import { FailureNote } from './failure-note.js';
import { Parameters } from './parameters.js';
import { RequestActions } from './request-actions.js';
import { ReplacedNote } from './replaced-note.js';
import { Summary } from './summary.js';
import { Timeline } from './timeline.js';
import { useReplaced } from './use-replaced.js';
import { useRequest } from './use-request.js';
import { WaitNote } from './wait-note.js';
import css from './request-panel.module.css';

/** Everything that is known of a request, and what can be done with it. */
export function RequestPanel({ id }: { readonly id: string }) {
  return <Request key={id} id={id} />;
}

function Request({ id }: { readonly id: string }) {
  const { record, head, error, again } = useRequest(id);
  if (!record || !head) {
    if (error === undefined) return <p className={css.wait}>Loading the request …</p>;
    return (
      <div role="alert">
        <p>{messageOf(error)}</p>
        <button type="button" onClick={again}>
          Retry
        </button>
      </div>
    );
  }
  return <Known head={head} record={record} />;
}

function Known({ head, record }: { readonly head: RequestHead; readonly record: RequestRecord }) {
  const replaced = useReplaced(head);
  return (
    <article className={css.request}>
      <Summary head={head} />
      <ReplacedNote replaced={replaced} />
      <RequestActions head={head} />
      {head.failure && <FailureNote head={head} report={record.report} />}
      {isOpen(head) && <WaitNote head={head} />}
      <Timeline record={record} />
      <Parameters id={head.request_id} />
      <Channels
        head={head}
        report={record.report}
        isFileThere={isFileThere(head) && !replaced.by}
      />
    </article>
  );
}

/** Whether a file was written that can be opened. */
function isFileThere(head: RequestHead): boolean {
  return head.state === 'written' && !isHealing(head) && head.output_file !== '/dev/null';
}
