import { Suspense, lazy, useCallback, useState } from 'react';
import { useLoaded } from '../api/use-loaded.js';
import { fileName, folderOf } from '../format/files.js';
import { copyText } from '../shell/copy-text.js';
import { messageOf } from '../api/message-of.js';
import { useTheme } from '../shell/theme.js';
import { channelOf, csvAddress } from './channel-path.js';
import { FileNotShown, pathToShow } from './look-at-file.js';
import css from './file-panel.module.css';

const Viewer = lazy(async () => ({ default: (await import('./viewer.js')).Viewer }));

/**
 * A file in H5Web, which is loaded when the first file is opened.
 *
 * @param path of the entity that is shown first; without one, the file's default plot
 */
export function FilePanel({ file, path }: { readonly file: string; readonly path?: string }) {
  const theme = useTheme();
  const look = useLoaded(
    useCallback((signal: AbortSignal) => pathToShow(file, path, signal), [file, path]),
  );
  return (
    <section className={css.panel} aria-label="File">
      <FileName file={file} channel={path === undefined ? undefined : channelOf(path)} />
      {look.error !== undefined && (
        <NotShown refusal={refusalOf(look.error)} onAgain={look.again} />
      )}
      {look.error === undefined && look.value !== undefined && (
        <Suspense fallback={<p className={css.wait}>Loading the viewer …</p>}>
          <Viewer
            key={`${file}\n${look.value}\n${theme}`}
            file={file}
            path={look.value}
            isDark={theme === 'dark'}
          />
        </Suspense>
      )}
    </section>
  );
}

function FileName({ file, channel }: { readonly file: string; readonly channel?: string }) {
  const [said, setSaid] = useState('Copy path');
  const copy = () =>
    copyText(file).then(
      () => setSaid('Copied'),
      (error: unknown) => setSaid(messageOf(error)),
    );
  return (
    <p className={css.name}>
      <span className={css.path} title={file}>
        <span className={css.folder}>{folderOf(file)}</span>
        <strong>{fileName(file)}</strong>
      </span>
      {channel !== undefined && (
        <a href={csvAddress(file, channel)} download>
          Download {channel} as CSV
        </a>
      )}
      <button type="button" onClick={() => void copy()}>
        {said}
      </button>
    </p>
  );
}

function NotShown({
  refusal,
  onAgain,
}: {
  readonly refusal: FileNotShown;
  readonly onAgain: () => void;
}) {
  return (
    <div className={css.refusal} role="alert">
      <h3>
        <span aria-hidden="true">✕</span> {refusal.title}
      </h3>
      <p>{refusal.message}</p>
      <button type="button" onClick={onAgain}>
        Retry
      </button>
    </div>
  );
}

function refusalOf(error: unknown): FileNotShown {
  if (error instanceof FileNotShown) return error;
  return new FileNotShown('Can’t be shown', String(error), false);
}
