import { useCallback, useEffect } from 'react';
import { messageOf } from '../api/message-of.js';
import { useLoaded } from '../api/use-loaded.js';
import { FilePanel } from '../files/file-panel.js';
import { Boundary } from '../shell/boundary.js';
import { ThemeButton } from '../shell/theme-button.js';
import { FolderList } from './folder-list.js';
import { folderAt } from './folder.js';
import { useViewRoute, viewHref } from './view-route.js';
import css from './view-app.module.css';

/** New files are seen so soon. */
const EVERY_MS = 5000;

/** The page of `sf-databuffer view`: a folder's files, and one of them in H5Web. A single file fills it. */
export function ViewApp() {
  const { folder, file, path } = useViewRoute();
  const { value, error, again } = useLoaded(
    useCallback((signal: AbortSignal) => folderAt(folder, signal), [folder]),
  );
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') again();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [again]);
  const only =
    folder === '' && value?.files.length === 1 && value.folders.length === 0
      ? value.files[0]?.file
      : undefined;
  const open = file ?? only;
  return (
    <>
      <a className={css.skip} href="#file">
        Skip to the file
      </a>
      <header className={css.header}>
        <h1>SF DataBuffer: files</h1>
        {file !== undefined && only === undefined && (
          <a className={css.back} href={viewHref({ folder })}>
            All files
          </a>
        )}
        <ThemeButton />
      </header>
      <main className={css.view} data-open={open !== undefined || undefined}>
        {only === undefined && (
          <nav className={css.list} aria-label="Files">
            {error !== undefined && <p role="alert">{messageOf(error)}</p>}
            {value && <FolderList folder={folder} open={open} {...value} />}
          </nav>
        )}
        <div className={css.file} id="file" tabIndex={-1}>
          {open === undefined ? (
            <p className={css.none}>Choose a file to see what is in it.</p>
          ) : (
            <Boundary key={open} name="The file">
              <FilePanel file={open} path={path} />
            </Boundary>
          )}
        </div>
      </main>
    </>
  );
}
