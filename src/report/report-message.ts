import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import type { FieldProblem } from '../request/errors.js';
import { TOO_DEEP, isTooDeep, isTooDeepToParse } from '../request/nesting.js';
import { InvalidReport } from './invalid-report.js';
import { Goodbye, Heartbeat, Hello, Outcome, Progress, type Report, Returned } from './report.js';

/** A report as it travels: a bsread message with one channel, pattern and channel of this name. */
export interface ReportMessage {
  /** JSON text of a {@link Report}. */
  readonly write_report: string;
}

export const REPORT_PATTERN = 'write_report';

const CLASSES = {
  hello: Hello,
  heartbeat: Heartbeat,
  progress: Progress,
  outcome: Outcome,
  returned: Returned,
  goodbye: Goodbye,
} as const satisfies Record<Report['kind'], new () => Report>;

/** What a writer emits for a report. */
export function reportMessage(report: Report): ReportMessage {
  return { write_report: JSON.stringify(report) };
}

/**
 * The report that a message carries. Fields that are not known are kept.
 *
 * @throws InvalidReport naming every field that is wrong
 */
export function parseReport({ write_report: text }: Partial<ReportMessage>): Report {
  const plain = objectFrom(text);
  const { kind } = plain;
  if (typeof kind !== 'string' || !Object.hasOwn(CLASSES, kind)) {
    throw new InvalidReport([
      { field: 'kind', problem: `must be one of ${Object.keys(CLASSES).join(', ')}` },
    ]);
  }
  const report = plainToInstance<Report, object>(CLASSES[kind as Report['kind']], plain);
  const problems = validateSync(report).flatMap((error) => problemsOf(error));
  if (problems.length > 0) throw new InvalidReport(problems);
  return report;
}

function objectFrom(text: unknown): Record<string, unknown> {
  if (typeof text === 'string' && isTooDeepToParse(text)) throw unreadable(TOO_DEEP);
  let value: unknown;
  try {
    value = JSON.parse(text as string);
  } catch (error) {
    throw unreadable(`is not JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null) throw unreadable('is no JSON object');
  if (isTooDeep(value)) throw unreadable(TOO_DEEP);
  return value as Record<string, unknown>;
}

function unreadable(problem: string): InvalidReport {
  return new InvalidReport([{ field: 'the report', problem }]);
}

function problemsOf({ property, constraints, children }: ValidationError): FieldProblem[] {
  const inner = (children ?? []).flatMap((child) => problemsOf(child));
  return [
    // The messages of class-validator begin with the field's name.
    ...Object.values(constraints ?? {}).map((message) => ({
      field: property,
      problem: message.replace(`${property} `, ''),
    })),
    ...inner.map(({ field, problem }) => ({ field: `${property}.${field}`, problem })),
  ];
}
