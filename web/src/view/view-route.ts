import { useSyncExternalStore } from 'react';

/** An address of `sf-databuffer view`. */
export interface ViewRoute {
  /** Below the folder that is shown, without slashes at its ends; empty: that folder. */
  readonly folder: string;
  /** The file that is open. */
  readonly file?: string;
  readonly path?: string;
}

/** @param hash as `location.hash` has it */
export function parseViewRoute(hash: string): ViewRoute {
  const parameters = new URLSearchParams(hash.slice(hash.indexOf('?') + 1));
  return {
    folder: parameters.get('folder') ?? '',
    file: parameters.get('file') ?? undefined,
    path: parameters.get('path') ?? undefined,
  };
}

export function viewHref({ folder, file, path }: ViewRoute): string {
  const parameters = new URLSearchParams({
    ...(folder && { folder }),
    ...(file !== undefined && { file }),
    ...(path !== undefined && { path }),
  });
  return `#/?${parameters.toString().replaceAll('%2F', '/')}`;
}

/** The folder above. */
export function parentOf(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
}

export function useViewRoute(): ViewRoute {
  return parseViewRoute(useSyncExternalStore(subscribe, () => location.hash));
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}
