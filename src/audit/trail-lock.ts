import { resolve } from 'node:path';
import { EventLog } from '../logging/event-log.js';
import { realPath } from '../filesystem/real-path.js';
import { type LockFile, lockFile } from './kernel-lock.js';
import { LockClaim } from './lock-claim.js';
import { TrailInUse } from './errors.js';

/**
 * Keeps an audit trail to one process: by `.lock` beside the trail's real path, and by a lock on the trail
 * itself, which may have several names. A third claim lies beside the name as given, for brokers of earlier
 * releases, which look only there.
 */
export class TrailLock {
  private readonly logger = new EventLog('Broker');
  private claims: LockClaim[] = [];

  constructor(
    private readonly trail: string,
    private readonly lock: LockFile = lockFile,
  ) {}

  /** @throws TrailInUse; NodeJS.ErrnoException when a file can't be made */
  async claim(): Promise<void> {
    const names = new Set([realPath(this.trail), resolve(this.trail)]);
    for (const name of names) {
      const claim = new LockClaim(`${name}.lock`, this.lock);
      const holder = await claim.claim();
      if (holder) {
        await this.release();
        throw new TrailInUse(this.trail, claim.path, holder);
      }
      this.claims.push(claim);
    }
    const [{ path, unlocked }] = this.claims;
    if (unlocked === undefined) return;
    this.logger.warn('trail cannot be locked; a second broker is only recognized by its process', {
      file: path,
      reason: unlocked,
    });
  }

  /** Locks the trail itself, before anything is written to it. @throws TrailInUse */
  claimFile(fd: number): void {
    if (this.lock(fd) === 'held') throw new TrailInUse(this.trail);
  }

  /** Gives the trail up. */
  async release(): Promise<void> {
    for (const claim of this.claims.splice(0).reverse()) await claim.release();
  }
}
