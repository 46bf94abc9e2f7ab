/** What commands say of the run that they are given, the same for all. */
export const RUN_DESCRIPTION =
  'a whole run: its folder, or in the flat layout its JSON in run_info';

export const RUN_MISSING = '--run needs the folder of a run, or its JSON in run_info';
