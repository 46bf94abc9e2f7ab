import type { Outcome } from './check-files.js';
import type { RequestState } from './client.js';
import { type PlannedRequest } from './planned-request.js';
import { REPLY_FAULTS } from './reply-faults.js';
import type { Accepted } from './trail.js';

/** States in which a request may end where all writers report. */
const ENDS = ['written', 'failed', 'superseded'];

/** Requests by what is planned, recorded and told of them; what does not match is a violation. */
export function matchRequests(
  plans: readonly PlannedRequest[],
  accepted: readonly Accepted[],
  told: readonly RequestState[],
): { outcomes: Outcome[]; violations: string[] } {
  const violations: string[] = [];
  const planOf = new Map(plans.map((plan) => [plan.number, plan]));
  const toldOf = new Map(told.map((each) => [each.request_id, each]));
  const lines = new Map<number, number>();
  const outcomes = accepted.flatMap((each): Outcome[] => {
    lines.set(each.number, (lines.get(each.number) ?? 0) + 1);
    const [plan, state] = [planOf.get(each.number), toldOf.get(each.id)];
    if (plan && state) return [{ accepted: each, plan, told: state }];
    violations.push(`request ${each.number} was accepted, and the broker does not know it`);
    return [];
  });
  for (const { number } of plans) {
    const count = lines.get(number) ?? 0;
    if (count !== 1) violations.push(`request ${number} is in the trail ${count} times`);
  }
  if (told.length !== accepted.length) {
    violations.push(`the broker knows ${told.length} requests, and accepted ${accepted.length}`);
  }
  return { outcomes, violations };
}

/** Whether each request came to the end that its plan has. */
export function checkEnds(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ plan, told }) => {
    const { number, fault, disk } = plan;
    const expected = disk ? 'failed' : fault ? REPLY_FAULTS[fault].ends : 'written';
    const { state, failure } = told;
    const why = failure ? ` (${failure.code}: ${failure.message})` : '';
    if (!ENDS.includes(state)) return [`request ${number} is ${state}${why}`];
    if (state === expected || state === 'superseded') return [];
    return [`request ${number} (${disk ?? fault ?? 'no fault'}) is ${state}${why}`];
  });
}
