/** A file's name without its folder. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A file's name in lists: of one in a run's folder with the run, as all runs have files of the same names. */
export function listedName(path: string): string {
  const [, run, name] = /\/(run\d{4,}[^/]*)\/data\/([^/]+)$/.exec(path) ?? [];
  return run === undefined ? fileName(path) : `${run}/${name}`;
}

/** A file's folder, with the slash at its end; empty where there is none. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
