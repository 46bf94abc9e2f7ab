import { createHash } from 'node:crypto';
import { AppendOnlyFile } from '../../audit/append-only-file.js';
import { EventLog } from '../../logging/event-log.js';
import { textIfThere } from '../../filesystem/text-if-there.js';

const MAX_LOGGED = 100;

/** A part of a trail that can't be read; without bytes, a line end that was lost. */
interface DamagedPiece {
  readonly file: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** As it is kept aside. */
interface KeptPiece {
  /** When it was found, ISO 8601. */
  readonly found: string;
  readonly file: string;
  /** In bytes, in the file as unpacked. */
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
  readonly base64: string;
}

/**
 * The unreadable parts of a trail. They are logged at each start, and each is kept once in
 * `<trail>.damaged`, as a line of JSON.
 */
export class TrailDamage {
  private readonly logger = new EventLog('Broker');
  private readonly path: string;
  private readonly pieces = new Map<string, DamagedPiece>();

  constructor(trail: string) {
    this.path = `${trail}.damaged`;
  }

  /** @param bytes copied */
  note(file: string, offset: number, bytes: Buffer): void {
    // A file that is read once more, or moved, has the same.
    const key = `${offset}-${sha256(bytes)}`;
    if (!this.pieces.has(key)) this.pieces.set(key, { file, offset, bytes: Buffer.from(bytes) });
  }

  /** How many pieces can't be read. */
  get size(): number {
    return this.unreadable.length;
  }

  /** Keeps aside what was noted, and has it in the log. Never rejects. */
  async tell(): Promise<void> {
    const kept_as = this.size > 0 ? await this.keep() : undefined;
    for (const { file, offset, bytes } of [...this.pieces.values()].slice(0, MAX_LOGGED)) {
      this.logger.error('trail is damaged; the rest of it is used', {
        file,
        offset,
        bytes: bytes.length,
        kept_as: bytes.length > 0 ? kept_as : undefined,
      });
    }
    if (this.pieces.size > MAX_LOGGED) {
      this.logger.error('trail is damaged in more places', { limit: MAX_LOGGED, kept_as });
    }
  }

  private get unreadable(): [key: string, piece: DamagedPiece][] {
    return [...this.pieces].filter(([, { bytes }]) => bytes.length > 0);
  }

  private async keep(): Promise<string | undefined> {
    try {
      const known = await this.known();
      const fresh = this.unreadable.filter(([key]) => !known.has(key));
      const lines = new AppendOnlyFile(this.path);
      await lines.append(fresh.map(([, piece]) => JSON.stringify(keptPiece(piece))));
      await lines.close();
      return this.path;
    } catch (error) {
      this.logger.error('damaged part of the trail could not be kept', { file: this.path, error });
      return undefined;
    }
  }

  private async known(): Promise<Set<string>> {
    const known = new Set<string>();
    for (const line of ((await textIfThere(this.path)) ?? '').split('\n')) {
      try {
        const { offset, sha256: digest } = JSON.parse(line) as KeptPiece;
        known.add(`${offset}-${digest}`);
      } catch {
        // Torn or blank: what it was is kept once more.
      }
    }
    return known;
  }
}

function keptPiece({ file, offset, bytes }: DamagedPiece): KeptPiece {
  return {
    found: new Date().toISOString(),
    file,
    offset,
    length: bytes.length,
    sha256: sha256(bytes),
    base64: bytes.toString('base64'),
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
