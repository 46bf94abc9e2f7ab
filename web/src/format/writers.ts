const UUID = /-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;

/** Host and process of a writer, `sf-daq-2-4711`: its id without the UUID that no two writers share. */
export function shortWriter(id: string): string {
  return id.replace(UUID, '');
}
