/** The body of a call that failed. Other clients of the facility look for its `message`. */
export interface ErrorBody {
  readonly state: 'error';
  /** The problem, and what to do about it. */
  readonly status: string;
  /** The same. */
  readonly message: string;
}

export function errorBody(message: string): ErrorBody {
  return { state: 'error', status: message, message };
}

/** The body of a call that failed, of those that the beamlines' clients make. */
export interface ClientErrorBody {
  readonly status: 'error';
  /** The problem, and what to do about it. */
  readonly message: string;
  /**
   * Its kind, as clients show it.
   *
   * @example 'ValidationError'
   */
  readonly exception: string;
}
