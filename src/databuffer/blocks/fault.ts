/** Why a value is not in the file: a stable code and, the first time, an example in words. */
export interface ValueFault {
  readonly code: string;
  readonly example?: string;
}
