/** What the system says where a process or the machine has no descriptors or memory left. */
export const EXHAUSTION_CODES: ReadonlySet<string | undefined> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
]);
