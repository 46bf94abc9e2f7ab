import type { TrailHolder } from './trail-lock.js';

/** Another broker writes the trail: two would mix their acquisitions. */
export class TrailInUse extends Error {
  override readonly name = 'TrailInUse';
  readonly code = 'trail_in_use';

  constructor(
    readonly file: string,
    readonly lock: string,
    readonly holder: TrailHolder,
  ) {
    super(
      `The audit trail ${file} is in use by another broker, process ${holder.pid} on ${holder.host}: ` +
        `stop that, or choose another --audit_file. (Its claim is ${lock}; if that process is no ` +
        `broker, remove it.)`,
    );
  }
}
