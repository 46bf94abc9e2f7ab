import type { ChannelReport, Problem } from '../report/channel-report.js';

/**
 * One report for each channel: those of a channel that came in pieces are put together. What has no name
 * stays.
 */
export function mergeReports(reports: readonly ChannelReport[]): ChannelReport[] {
  const merged = new Map<string | number, ChannelReport>();
  for (const [i, report] of reports.entries()) {
    const key = report.name === '' ? i : report.name;
    const before = merged.get(key);
    merged.set(key, before ? mergeTwo(before, report) : report);
  }
  return [...merged.values()];
}

/** Merges the reports of two pieces of a channel, the later one second. */
function mergeTwo(first: ChannelReport, second: ChannelReport): ChannelReport {
  const failure = first.failure ?? second.failure;
  return {
    ...first,
    rows: first.rows + second.rows,
    first_pulse_id: first.first_pulse_id ?? second.first_pulse_id,
    last_pulse_id: second.last_pulse_id ?? first.last_pulse_id,
    problems: mergeProblems(first.problems, second.problems),
    ...(failure && { failure }),
  };
}

function mergeProblems(first: readonly Problem[], second: readonly Problem[]): Problem[] {
  const merged = new Map(first.map((problem) => [problem.code, problem]));
  for (const problem of second) {
    const before = merged.get(problem.code);
    const { code, count } = problem;
    merged.set(code, before ? { ...before, count: before.count + count } : problem);
  }
  return [...merged.values()];
}
