import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { useTimeText } from '../api/clock.js';
import { fileName } from '../format/files.js';
import { counted, megabytes } from '../format/numbers.js';
import { moment, when } from '../format/times.js';
import type { Folder, ListedFile } from './folder.js';
import { parentOf, viewHref } from './view-route.js';
import css from './folder-list.module.css';

/** Of a row, in px. */
const HEIGHT = 46;

type Entry = { readonly folder: string } | ListedFile;

/** Folders and files, newest files first. */
export function FolderList({
  folder,
  open,
  files,
  folders,
  more = 0,
}: Folder & { readonly folder: string; readonly open: string | undefined }) {
  const [search, setSearch] = useState('');
  const scroller = useRef<HTMLDivElement>(null);
  const entries = useMemo(() => entriesOf({ files, folders }, search), [files, folders, search]);
  // Nothing here is memoized by a compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    getItemKey: (index) => nameOf(entries[index]!),
    overscan: 6,
  });
  return (
    <>
      <div className={css.bar}>
        {folder !== '' && (
          <p className={css.place}>
            <a href={viewHref({ folder: parentOf(folder) })}>Up</a> {folder}
          </p>
        )}
        <input
          type="search"
          aria-label="Search files"
          placeholder="Search files"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      {entries.length === 0 && (
        <p className={css.none}>
          {search === '' ? 'There are no HDF5 files here.' : 'No file name matches.'}
        </p>
      )}
      <div ref={scroller} className={css.scroller}>
        <ul style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => (
            <li key={key} style={{ transform: `translateY(${start}px)` }}>
              <EntryLink entry={entries[index]!} folder={folder} open={open} />
            </li>
          ))}
        </ul>
      </div>
      {more > 0 && (
        <p className={css.none}>{counted(more, 'further entry', 'further entries')} not shown.</p>
      )}
    </>
  );
}

function EntryLink({
  entry,
  folder,
  open,
}: {
  readonly entry: Entry;
  readonly folder: string;
  readonly open: string | undefined;
}) {
  const name = nameOf(entry);
  const written = useTimeText((now) => ('folder' in entry ? '' : when(modifiedOf(entry), now)));
  if ('folder' in entry) {
    const below = folder === '' ? name : `${folder}/${name}`;
    return (
      <a className={css.entry} href={viewHref({ folder: below })}>
        <strong>{name}/</strong>
        <small>folder</small>
      </a>
    );
  }
  const modified = modifiedOf(entry);
  return (
    <a
      className={css.entry}
      href={viewHref({ folder, file: entry.file })}
      aria-current={entry.file === open ? 'page' : undefined}
      title={entry.file}
    >
      <strong>{name}</strong>
      <small>
        {megabytes(entry.bytes)} MB
        <time title={moment(modified)}>{written}</time>
      </small>
    </a>
  );
}

function entriesOf({ files, folders }: Folder, search: string): Entry[] {
  const text = search.toLowerCase();
  const fits = (name: string) => fileName(name).toLowerCase().includes(text);
  return [
    ...folders.filter(fits).map((each) => ({ folder: each })),
    ...files
      .filter(({ file }) => fits(file))
      .toSorted((one, other) => (one.modified < other.modified ? 1 : -1)),
  ];
}

/** In s since the epoch. */
function modifiedOf({ modified }: ListedFile): number {
  return Date.parse(modified) / 1000;
}

function nameOf(entry: Entry): string {
  return fileName('folder' in entry ? entry.folder : entry.file);
}
