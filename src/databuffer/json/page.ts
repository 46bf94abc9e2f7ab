import type { Spool, SpoolSegment } from '../../rows/spool.js';

/** A page in the spool: its parts, and what the page needs to find itself in them again. */
export interface SavedPage {
  readonly counts: readonly number[];
  readonly segments: readonly SpoolSegment[];
}

/** A piece of a channel that can wait in the spool until it can be converted. */
export interface Page {
  clear(): void;
  save(spool: Spool): SavedPage;
  load(spool: Spool, saved: SavedPage): void;
}
