export const INCOMPLETENESS = ['missing', 'failed', 'short'] as const;

/** `missing`: not in the reply; `failed`: could not be stored, or only in part; `short`: lacks points at an end. */
export type Incompleteness = (typeof INCOMPLETENESS)[number];
