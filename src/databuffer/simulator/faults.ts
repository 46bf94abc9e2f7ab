import { Injectable } from '@nestjs/common';

/**
 * Channels that make the whole reply fail, for tests of who asks:
 *
 *     SIMULATOR-FAULT-<FAULT>-<times>[-<label>]
 *
 * The first `times` queries that ask for the channel fail, those after them find an ordinary
 * scalar. The label (letters, digits, `_`, `-`, 40 at most) is free: each name counts on its own.
 *
 * - `HTTP-<status>`: that status (400 to 599) with `{"status", "message", "requestId"}`
 * - `OBJECT`: status 200 with an object instead of a list
 * - `EMPTY`: an empty list
 * - `GARBAGE`: status 200 with what is not JSON
 * - `CUT`: half of the reply (of its first megabyte, if it is longer), then a proper end
 * - `RESET`: the same half, then the connection is closed
 * - `STALL`: the same half, then nothing until the client goes
 * - `INCOMPLETE`: what looks like all of the reply; asked in the binary protocol, the request's status
 *   tells an error; in API 4 there is no `rangeFinal`
 *
 * In API 4, which has one channel a request, and whose halves are halves of the rows asked for where nothing
 * else is said, `OBJECT` and `EMPTY` are a body without a byte, and there are besides:
 *
 * - `NO-FINAL`: half of the rows, then a proper end without `rangeFinal`
 * - `CONTINUE-AT`: the same, `continueAt` last, where the other half begins
 * - `ERROR`: half of the rows, then a map `error`, and the end
 * - `KEEPALIVES`: all of it, with a keepalive before each frame
 * - `HANG`: half of the rows, then keepalives alone until the client goes
 * - `EMPTY-500`: status 500 with an empty body, as a proxy has it
 *
 * The other protocols answer these as ordinary scalars.
 */
const FAULT =
  /^SIMULATOR-FAULT-(?:HTTP-([45]\d\d)|(EMPTY-500|OBJECT|EMPTY|GARBAGE|CUT|RESET|STALL|INCOMPLETE|NO-FINAL|CONTINUE-AT|ERROR|KEEPALIVES|HANG))-(\d{1,6})(?:-[\w-]{1,40})?$/;

/** Faults that only API 4 knows. */
const API4_KINDS = ['NO-FINAL', 'CONTINUE-AT', 'ERROR', 'KEEPALIVES', 'HANG', 'EMPTY-500'] as const;

/** Faults of a reply in any protocol. */
export type SimulatedFault =
  | { readonly kind: 'HTTP'; readonly status: number }
  | { readonly kind: 'OBJECT' | 'EMPTY' | 'GARBAGE' | 'CUT' | 'RESET' | 'STALL' | 'INCOMPLETE' };

/** Faults of a reply in API 4. */
export type Api4Fault = SimulatedFault | { readonly kind: (typeof API4_KINDS)[number] };

export function isFaultName(name: string): boolean {
  return FAULT.test(name);
}

/** Counts, for one application, how often the faulty channels were asked for. */
@Injectable()
export class Faults {
  private readonly failures = new Map<string, number>();

  /**
   * The fault of a query for these channels in another protocol than API 4, counted as one failure; undefined
   * if it succeeds.
   */
  next(channelNames: readonly string[]): SimulatedFault | undefined {
    for (const name of channelNames) {
      const fault = isOfApi4Alone(name) ? undefined : this.nextInApi4(name);
      // Those of API 4 alone are sorted out.
      if (fault !== undefined) return fault as SimulatedFault;
    }
    return undefined;
  }

  /** The same in API 4. */
  nextInApi4(name: string): Api4Fault | undefined {
    const [, status, kind, times] = FAULT.exec(name) ?? [];
    const failed = this.failures.get(name) ?? 0;
    if (times === undefined || failed >= Number(times)) return undefined;
    this.failures.set(name, failed + 1);
    if (status) return { kind: 'HTTP', status: Number(status) };
    return { kind: kind as Exclude<Api4Fault['kind'], 'HTTP'> };
  }
}

function isOfApi4Alone(name: string): boolean {
  const kind = FAULT.exec(name)?.[2];
  return (API4_KINDS as readonly (string | undefined)[]).includes(kind);
}
