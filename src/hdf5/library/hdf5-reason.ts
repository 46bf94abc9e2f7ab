const MAX_REASON_LENGTH = 300;

/** HDF5's own reason for its failure, on one line. */
export interface Hdf5Reason {
  readonly text: string;
  readonly diskFull: boolean;
}

/**
 * Condenses what HDF5 threw.
 *
 * An error stack has a line `#000: H5D.c line 1234 in H5Dwrite(): can't write data` for each level,
 * the call first and the cause last; the cause of a failed write carries the system's message.
 */
export function reasonOf(error: unknown): Hdf5Reason {
  const text = error instanceof Error ? error.message : String(error);
  const levels = [...text.matchAll(/^ *#\d+: .*? in (\w+)\(\): (.*)$/gm)];
  const system = /error message = '([^']*)'/.exec(text)?.[1];
  const call = levels.at(0);
  const cause = system ?? levels.at(-1)?.[2];
  const reason =
    call === undefined
      ? `HDF5 failed: ${text.split('\n', 1)[0]}`
      : `${call[1]}: ${call[2]}: ${cause}`;
  return {
    text: reason.slice(0, MAX_REASON_LENGTH),
    diskFull: /No space left|[Qq]uota exceeded/.test(text),
  };
}
