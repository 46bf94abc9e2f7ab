import type { TrailHolder } from './lock-claim.js';

/** Another broker writes the trail: two would mix their acquisitions. */
export class TrailInUse extends Error {
  override readonly name = 'TrailInUse';
  readonly code = 'trail_in_use';

  /** @param lock its claim; without one it has the trail under another name */
  constructor(
    readonly file: string,
    readonly lock?: string,
    readonly holder?: TrailHolder,
  ) {
    super(
      `The audit trail ${file} is in use by another broker, ${whoIn(holder)}: ` +
        `stop that, or choose another --audit_file.${remedyFor(lock, holder)}`,
    );
  }
}

function whoIn(holder: TrailHolder | undefined): string {
  if (holder) return `process ${holder.pid} on ${holder.host}`;
  return 'which has the same file under another name';
}

// A claim with a lock is never left behind.
function remedyFor(lock: string | undefined, holder: TrailHolder | undefined): string {
  if (!holder) return '';
  const isLeft = holder.kernel_lock ? '' : '; if that process is not a broker, remove it';
  return ` (Its claim is ${lock}${isLeft}.)`;
}
