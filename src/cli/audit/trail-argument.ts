/** The trails that a command reads, the same for all. */
export const TRAILS = {
  name: 'trail',
  description: 'audit trails, packed ones too, or .err files',
  several: true,
} as const;
