import type { components } from './openapi.js';

const SETTLED: readonly string[] = [
  'written',
  'failed',
  'superseded',
  'skipped',
  'unconfirmed',
  'recorded',
] satisfies components['schemas']['RequestHead']['state'][];

/** Whether nothing more becomes of a request, but for one that failed and that the broker tries again by itself. */
export function isSettled({ state }: { readonly state: string }): boolean {
  return SETTLED.includes(state);
}
