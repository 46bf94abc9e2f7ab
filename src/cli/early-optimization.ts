import { setFlagsFromString } from 'node:v8';

/**
 * Has functions optimized after a quarter of the calls that Node waits for. For a process that does
 * little, and all of it while somebody waits: a broker whose calls are minutes apart would be slow for
 * days. Costs some more compiling at the start.
 */
export function optimizeEarly(): void {
  setFlagsFromString(earlyOptimization(process.versions.v8));
}

/** The engine's flag: since Node 22 it counts calls. One that it does not know it complains of. */
export function earlyOptimization(v8Version: string): string {
  const isCounted = Number.parseInt(v8Version, 10) >= 12;
  return isCounted ? '--invocation-count-for-turbofan=750' : '--interrupt-budget=30000';
}
