import { TooManyBodies } from './http-errors.js';

/** Bytes of each body that aren't counted: no call of usual size is ever refused for what others send. */
const FREE_BYTES = 1024 * 1024;
/** Bytes beyond these, of the bodies of all calls together that are not answered yet. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The memory that large bodies take, of all calls together: a thousand connections could bring sixteen gigabytes.
 */
export class BodiesHeld {
  private held = 0;

  /** @param most bytes, beyond what of each is free */
  constructor(private readonly most = MOST_BYTES) {}

  /** Counts one body while it is read. */
  begin(): BodyHeld {
    let [size, counted] = [0, 0];
    return {
      grow: (bytes) => {
        size += bytes;
        const more = Math.max(0, size - FREE_BYTES) - counted;
        if (this.held + more > this.most) throw new TooManyBodies(this.most);
        counted += more;
        this.held += more;
      },
      release: () => {
        this.held -= counted;
        counted = 0;
      },
    };
  }
}

/** One body. */
export interface BodyHeld {
  /** @throws TooManyBodies where there is no room for so many more bytes */
  grow(bytes: number): void;
  /** Its memory is free again; may be called twice. */
  release(): void;
}
