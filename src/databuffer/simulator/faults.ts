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
 *   tells an error
 */
const FAULT =
  /^SIMULATOR-FAULT-(?:HTTP-([45]\d\d)|(OBJECT|EMPTY|GARBAGE|CUT|RESET|STALL|INCOMPLETE))-(\d{1,6})(?:-[\w-]{1,40})?$/;

/** Faults of a reply. */
export type SimulatedFault =
  | { readonly kind: 'HTTP'; readonly status: number }
  | { readonly kind: 'OBJECT' | 'EMPTY' | 'GARBAGE' | 'CUT' | 'RESET' | 'STALL' | 'INCOMPLETE' };

export function isFaultName(name: string): boolean {
  return FAULT.test(name);
}

/** Counts, for one application, how often the faulty channels were asked for. */
@Injectable()
export class Faults {
  private readonly failures = new Map<string, number>();

  /** The fault of a query for these channels, counted as one failure; undefined if it succeeds. */
  next(channelNames: readonly string[]): SimulatedFault | undefined {
    for (const name of channelNames) {
      const [, status, kind, times] = FAULT.exec(name) ?? [];
      const failed = this.failures.get(name) ?? 0;
      if (times === undefined || failed >= Number(times)) continue;
      this.failures.set(name, failed + 1);
      if (status) return { kind: 'HTTP', status: Number(status) };
      return { kind: kind as Exclude<SimulatedFault['kind'], 'HTTP'> };
    }
    return undefined;
  }
}
