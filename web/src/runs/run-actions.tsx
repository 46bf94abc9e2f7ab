import { useState } from 'react';
import { messageOf } from '../api/message-of.js';
import { useMayAct } from '../api/overview.js';
import { counted } from '../format/numbers.js';
import { clock } from '../format/times.js';
import { copyText } from '../shell/copy-text.js';
import { acquireFilesAgain } from './again.js';
import { hasRequest, isLacking, lackingFiles } from './lacking.js';
import type { CheckedRun } from './use-run.js';
import actions from '../shell/panel-actions.module.css';
import css from './run-actions.module.css';

/** Kinds of files that writers of ours make. */
const OURS: readonly string[] = ['BSDATA', 'BSREAD', 'CAMERAS'];

/** What can be done with a whole run. */
export function RunActions({
  checked: { run, time },
  onCheck,
}: {
  readonly checked: CheckedRun;
  readonly onCheck: () => void;
}) {
  const mayAct = useMayAct();
  const [said, setSaid] = useState<{ readonly text: string; readonly isError: boolean }>();
  const [isUnderWay, setUnderWay] = useState(false);
  const act = (action: () => Promise<string>) => {
    setUnderWay(true);
    setSaid(undefined);
    action()
      .then(
        (text) => setSaid({ text, isError: false }),
        (error: unknown) => setSaid({ text: messageOf(error), isError: true }),
      )
      .finally(() => setUnderWay(false));
  };
  const files = run.acquisitions_list.flatMap((each) => each.files);
  const lacking = lackingFiles(files);
  const isMoreLacking = files.some(
    (file) => OURS.includes(file.kind) && isLacking(file) && !hasRequest(file),
  );
  const again = async () => {
    const count = await acquireFilesAgain(lacking);
    return count === 0
      ? 'Nothing is acquired again.'
      : `${counted(count, 'file')} acquired again, as ${count === 1 ? 'a new request' : 'new requests'}.`;
  };
  const command = (line: string) => async () => {
    await copyText(line);
    return 'Copied: run it in a shell on a host that sees the files.';
  };
  return (
    <div className={actions.actions}>
      <button type="button" onClick={onCheck}>
        Check again
      </button>
      <span className={css.checked}>Checked at {clock(time)}</span>
      {mayAct && lacking.length > 0 && (
        <button type="button" disabled={isUnderWay} onClick={() => act(again)}>
          Acquire again what is lacking ({counted(lacking.length, 'file')})
        </button>
      )}
      <button
        type="button"
        onClick={() => act(command(`sf-databuffer check --run ${quoted(run.path)}`))}
      >
        Copy check command
      </button>
      {mayAct && isMoreLacking && (
        <button
          type="button"
          title="For files whose requests this broker no longer has"
          onClick={() => act(command(`sf-databuffer audit replay --run ${quoted(run.path)}`))}
        >
          Copy acquire-again command
        </button>
      )}
      <output className={actions.said} data-error={said?.isError || undefined}>
        {said?.text}
      </output>
    </div>
  );
}

function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
