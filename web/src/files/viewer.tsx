import { App, H5GroveProvider } from '@h5web/app';
import '@h5web/app/styles.css';
import { useEffect, useRef, useState } from 'react';
import { canPlot } from './can-plot.js';
import { mendRoles } from './mend-roles.js';
import css from './viewer.module.css';

/** H5Web fetches from this page's own server; the address has to be absolute, as it makes others of it. */
const FILES = `${location.origin}/files`;

/** Beside less than this the tree leaves no room for a plot. In px. */
const ROOM_FOR_TREE = 700;

/** H5Web on one file. A chunk of its own: it is larger than the rest of the page. */
export function Viewer({
  file,
  path,
  isDark,
}: {
  readonly file: string;
  readonly path: string;
  readonly isDark: boolean;
}) {
  const [isPlotting] = useState(canPlot);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => mendRoles(root.current!), []);
  return (
    <>
      {!isPlotting && (
        <p className={css.warning} role="alert">
          This browser has no WebGL 2, which plots need: turn on hardware acceleration, or use
          another browser. Values can still be read and exported.
        </p>
      )}
      <div ref={root} className={isDark ? css.dark : css.light}>
        <H5GroveProvider url={FILES} filepath={file}>
          <App initialPath={path} sidebarOpen={innerWidth >= ROOM_FOR_TREE} disableDarkMode />
        </H5GroveProvider>
      </div>
    </>
  );
}
