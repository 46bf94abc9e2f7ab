import { ScatteredPulseIds } from '../extended/pulse-id-set.js';
import { Hdf5Failure, type Hdf5FailureCode } from '../library/hdf5-failure.js';
import { PlotsFailed } from '../library/plots-failed.js';

/** What the system says of a call that failed; names of the properties are Node's. */
const SYSTEM_FIELDS = ['code', 'errno', 'syscall', 'path', 'dest'] as const;

/** An error as one thread tells another: a copy of the error itself would have neither class nor fields. */
export interface FailureMessage {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: FailureMessage | undefined;
  /** Of an `Hdf5Failure`. */
  readonly hdf5?: {
    readonly code: Hdf5FailureCode;
    readonly path: string;
    readonly reason: string;
    readonly needsFreshThread: boolean;
  };
}

export function toMessage(thrown: unknown): FailureMessage {
  if (!(thrown instanceof Error)) return toMessage(new Error(String(thrown)));
  const { name, message, stack, cause } = thrown;
  const of = thrown as unknown as Readonly<Record<string, unknown>>;
  const fields = Object.fromEntries(
    SYSTEM_FIELDS.filter((field) => of[field] !== undefined).map((field) => [field, of[field]]),
  );
  const common = { name, message, stack, fields, cause: cause ? toMessage(cause) : undefined };
  if (!(thrown instanceof Hdf5Failure)) return common;
  const { code, path, reason, needsFreshThread } = thrown;
  return { ...common, hdf5: { code, path, reason, needsFreshThread } };
}

/** The error again, of those classes that somebody asks for; any other has its name. */
export function fromMessage(told: FailureMessage): Error {
  const error = errorOf(told);
  if (told.stack !== undefined) error.stack = told.stack;
  return error;
}

function errorOf({ name, message, fields, cause: told, hdf5 }: FailureMessage): Error {
  const cause = told && fromMessage(told);
  if (hdf5) {
    const { code, path, reason, needsFreshThread } = hdf5;
    return new Hdf5Failure(code, path, reason, needsFreshThread, cause && { cause });
  }
  if (name === 'PlotsFailed') return new PlotsFailed(cause);
  if (name === 'ScatteredPulseIds') return new ScatteredPulseIds();
  const kind = name === 'RangeError' ? RangeError : Error;
  const error = new kind(message, cause && { cause });
  // Not the name of a class that ends in this one already: it would be listed as a property.
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name });
  return Object.assign(error, fields);
}
