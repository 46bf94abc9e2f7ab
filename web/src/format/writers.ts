const UUID = /-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;

/** Host and process of a writer, `sf-daq-2-4711`: its id without the UUID that no two writers share. */
export function shortWriter(id: string): string {
  return id.replace(UUID, '');
}

/** Names of writers by id: their host, and their process where several are on one. */
export function writerNames(
  writers: readonly { readonly writer_id: string; readonly host: string; readonly pid: number }[],
): ReadonlyMap<string, string> {
  const hosts = writers.map(({ host }) => host);
  return new Map(
    writers.map(({ writer_id, host, pid }) => {
      const isAlone = hosts.indexOf(host) === hosts.lastIndexOf(host);
      return [writer_id, isAlone ? host : `${host} ${pid}`];
    }),
  );
}
