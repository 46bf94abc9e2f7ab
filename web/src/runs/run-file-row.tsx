import type { RunFile } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { useMayAct } from '../api/overview.js';
import { fileName } from '../format/files.js';
import { counted, grouped } from '../format/numbers.js';
import { Icon } from '../shell/icon.js';
import { tell } from '../shell/notices.js';
import { hrefOf, useRoute } from '../shell/route.js';
import { acquireFilesAgain } from './again.js';
import { hasRequest } from './lacking.js';
import { lookOfFile } from './looks.js';
import rowActions from '../shell/row-actions.module.css';
import css from './run-file-row.module.css';

/** Channels that are named in a row; the panel of the request has all. */
const NAMED = 5;

/** A file of a run: whether it is there, what it lacks, and what can be done. */
export function RunFileRow({ file }: { readonly file: RunFile }) {
  const { filter } = useRoute();
  const mayAct = useMayAct();
  const { word, sign, tone, meaning } = lookOfFile(file);
  const { output_file: path, request_id: id, kind, message } = file;
  const name = fileName(path);
  const isThere = file.state === 'written' || file.state === 'there';
  const again = () => {
    if (!hasRequest(file)) return;
    acquireFilesAgain([file]).then(
      (count) => count > 0 && tell(`${name} is acquired again, as a new request.`),
      (error: unknown) => tell(messageOf(error), { isError: true }),
    );
  };
  return (
    <li className={css.file}>
      <span className={css.state} data-tone={tone} title={meaning}>
        <Icon name={sign} />
        {word}
      </span>
      <span className={css.name} title={path}>
        {id ? <a href={hrefOf({ view: 'request', id, filter })}>{name}</a> : name}
        <small>{kind}</small>
      </span>
      <span className={css.counts}>
        <Counts file={file} />
      </span>
      <span className={`${css.actions} ${rowActions.actions}`}>
        {isThere && (
          <a href={hrefOf({ view: 'file', file: path, filter })} aria-label={`Open file: ${name}`}>
            Open file
          </a>
        )}
        {mayAct && hasRequest(file) && (
          <button type="button" aria-label={`Acquire again: ${name}`} onClick={again}>
            Acquire again
          </button>
        )}
      </span>
      {message !== null && <span className={css.why}>{message}</span>}
      <Missing file={file} />
    </li>
  );
}

function Counts({
  file: { rows, channels_asked: asked, channels_written: written },
}: {
  readonly file: RunFile;
}) {
  const channels =
    asked !== null && written !== null && `${grouped(written)} of ${counted(asked, 'channel')}`;
  return <>{[channels, rows !== null && counted(rows, 'row')].filter(Boolean).join(', ')}</>;
}

function Missing({ file: { missing_channels: missing } }: { readonly file: RunFile }) {
  if (missing.length === 0) return null;
  const rest = missing.length - NAMED;
  return (
    <span className={css.why}>
      missing: {missing.slice(0, NAMED).join(', ')}
      {rest > 0 && ` and ${grouped(rest)} more`}
    </span>
  );
}
