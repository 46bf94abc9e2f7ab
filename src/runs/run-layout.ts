/**
 * How the files of runs lie in a pgroup's raw folder. run: `run0007/{data,meta,logs}`, as the facility's
 * broker of today; flat: `run_000007.*` and `run_info`, as the one of 2020.
 */
export const RUN_LAYOUTS = ['run', 'flat'] as const;
export type RunLayout = (typeof RUN_LAYOUTS)[number];
