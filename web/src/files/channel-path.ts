/** Where a channel lies in a file: `/data/<channel>`. In a file of a run it is at the root instead. */
export function channelPath(name: string): string {
  return `/data/${name}`;
}

/** The channel that an entity of a file is of; undefined for others. */
export function channelOf(path: string): string | undefined {
  return (/^\/(?:data|entry)\/([^/]+)/u.exec(path) ?? /^\/([^/]+)\/data$/u.exec(path))?.[1];
}

/** The address of a channel's values as text: pulse id, date and values. */
export function csvAddress(file: string, name: string): string {
  return `/files/csv?${new URLSearchParams({ file, path: channelPath(name) }).toString()}`;
}
