import type { DataApiProtocol } from '../../config/writer-settings.js';
import type { Finding, Findings, Verdict } from '../../databuffer/probe/finding.js';
import type { News } from '../../databuffer/probe/probe.js';

/** What was found out about a data API so far. */
export interface ProbedApi {
  /** Without user and password. */
  readonly url: string;
  readonly protocol: DataApiProtocol;
  /** What it was asked for, once that is known. */
  readonly channels?: readonly string[];
  readonly startPulseId?: number;
  readonly endPulseId?: number;
  readonly findings: Findings[];
}

const WORDS: Readonly<Record<Verdict, string>> = {
  ok: 'ok',
  note: 'note',
  deviation: 'DEVIATION',
  unknown: 'unknown',
};
const WIDTH = 9;
const INDENT = ' '.repeat(WIDTH + 4);

/** News in lines, for people. */
export function linesOf({ url, protocol, findings: before }: ProbedApi, news: News): string[] {
  if (!('check' in news)) {
    const { startPulseId, endPulseId } = news.range;
    const asked = `${news.channels.join(', ')}, pulses ${startPulseId} to ${endPulseId}`;
    return [`${INDENT}asks for ${asked}`];
  }
  const head = before.length === 1 ? ['', `${url}, ${protocol}`, ''] : [];
  return [...head, ...news.findings.flatMap(linesOfOne)];
}

function linesOfOne({ verdict, what, cost, remedy }: Finding): string[] {
  return [
    `  ${WORDS[verdict].padEnd(WIDTH)}  ${what}`,
    ...(cost === undefined ? [] : [`${INDENT}cost    ${cost}`]),
    ...(remedy === undefined ? [] : [`${INDENT}remedy  ${remedy}`]),
  ];
}

/** What all of it comes to. */
export function verdictOf(apis: readonly ProbedApi[], isWhole: boolean) {
  const findings = apis.flatMap((api) => api.findings).flatMap((each) => each.findings);
  const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
  const deviations = count('deviation');
  const parts = [
    [deviations, 'deviation', 'deviations'],
    [count('note'), 'note', 'notes'],
    [count('unknown'), 'could not be found out', 'could not be found out'],
  ] as const;
  const counts = parts
    .filter(([number]) => number > 0)
    .map(([number, one, more]) => `${number} ${number === 1 ? one : more}`);
  const rest = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  if (!isWhole) return { deviations, text: `Not all could be asked for${rest}.` };
  if (deviations === 0) return { deviations, text: `A writer finds all that it relies on${rest}.` };
  return { deviations, text: `It costs data or requests: ${counts.join(', ')}.` };
}
