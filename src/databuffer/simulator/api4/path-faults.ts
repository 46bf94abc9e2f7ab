import { Injectable } from '@nestjs/common';

/**
 * Faults of all that is asked below a URL, for tests of who asks: instead of `/api/4`
 *
 *     /faults/<fault>,<fault>…/api/4
 *
 * - `map-204-<times>`: the first `times` asks for the time of a pulse find that it is not there yet
 * - `map-500-<times>`: the first ones fail, with an empty body
 * - `latency-<ms>`: every reply begins after so many milliseconds
 *
 * Any other word is a label (letters, digits, `_`, `-`): asks are counted for each path on its own. Those of a
 * range's two ends are two.
 */
const MAP_FAULT = /^map-(204|500)-(\d{1,6})$/;
const LATENCY = /^latency-(\d{1,6})$/;

/** Counts, for one application, what was asked below faulty paths. */
@Injectable()
export class PathFaults {
  private readonly asked = new Map<string, number>();

  /** Status with which an ask for the time of a pulse fails, counted; undefined if it succeeds. */
  nextOfMap(faults: string | undefined): number | undefined {
    if (faults === undefined) return undefined;
    const before = this.asked.get(faults) ?? 0;
    this.asked.set(faults, before + 1);
    let sum = 0;
    for (const fault of faults.split(',')) {
      const [, status, times] = MAP_FAULT.exec(fault) ?? [];
      sum += Number(times ?? 0);
      if (status !== undefined && before < sum) return Number(status);
    }
    return undefined;
  }

  /** Milliseconds before every reply. */
  latencyOf(faults: string | undefined): number {
    for (const fault of faults?.split(',') ?? []) {
      const [, ms] = LATENCY.exec(fault) ?? [];
      if (ms !== undefined) return Number(ms);
    }
    return 0;
  }
}
