import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import type { FieldProblem } from '../request/errors.js';
import { TOO_DEEP, isTooDeep, isTooDeepToParse } from '../request/nesting.js';
import { firstProblem } from './first-problem.js';
import { type Interruptible, atOnce, inTurns } from './in-turns.js';
import { InvalidReport } from './errors.js';
import {
  Goodbye,
  Heartbeat,
  Hello,
  Outcome,
  Progress,
  type Report,
  Returned,
  Taken,
} from './report.js';

/** A report as it travels: a bsread message with one channel, pattern and channel of this name. */
export interface ReportMessage {
  /** JSON text of a {@link Report}. */
  readonly write_report: string;
}

/** The same, and whom it concerns: several brokers may share a queue. */
export interface AddressedReport extends ReportMessage {
  readonly kind: Report['kind'];
  /** The trail of the request that it is about; undefined: it concerns all brokers. */
  readonly trail_id?: string;
}

export const REPORT_PATTERN = 'write_report';

/** The class of each kind of report. */
export const CLASSES = {
  hello: Hello,
  heartbeat: Heartbeat,
  progress: Progress,
  taken: Taken,
  outcome: Outcome,
  returned: Returned,
  goodbye: Goodbye,
} as const satisfies Record<Report['kind'], new () => Report>;

/** Characters of all but an outcome, which may be of 50,000 channels. */
export const MAX_SHORT_REPORT_BYTES = 1024 * 1024;

/** Writers of before name all that they hold in one report. They, too, begin with its kind. */
const MAY_BE_LARGE = /^\s*\{\s*"kind"\s*:\s*"(outcome|hello|heartbeat)"/;

/** Of a larger one only the first problem is told: to find all takes 7 s for 100,000 requests. */
const MAX_EXPLAINED_BYTES = 64 * 1024;

/** The message of a report. @param trailId of the request that it is about, where it is about one */
export function reportMessage(report: Report, trailId?: string): AddressedReport {
  return { write_report: JSON.stringify(report), kind: report.kind, trail_id: trailId };
}

/**
 * The report that a message carries. Fields that are not known are kept.
 *
 * @throws InvalidReport naming every field that is wrong
 */
export function parseReport(message: Partial<ReportMessage>): Report {
  return atOnce(parsing(message));
}

/**
 * As `parseReport`. The event loop has its turn meanwhile: to parse and to check what names 100,000
 * requests takes a large part of a second.
 */
export function parseReportInTurns(message: Partial<ReportMessage>): Promise<Report> {
  return inTurns(parsing(message));
}

/** Whether a report is so large that it takes a noticeable time to parse. */
export function isLargeReport({ write_report: text }: Partial<ReportMessage>): boolean {
  return typeof text === 'string' && text.length > MAX_EXPLAINED_BYTES;
}

function* parsing({ write_report: text }: Partial<ReportMessage>): Interruptible<Report> {
  if (
    typeof text === 'string' &&
    text.length > MAX_SHORT_REPORT_BYTES &&
    !MAY_BE_LARGE.test(text)
  ) {
    throw unreadable(
      `has ${text.length} characters; at most ${MAX_SHORT_REPORT_BYTES} are allowed`,
    );
  }
  const plain = yield* objectFrom(text);
  const { kind } = plain;
  if (typeof kind !== 'string' || !Object.hasOwn(CLASSES, kind)) {
    throw new InvalidReport([
      { field: 'kind', problem: `must be one of ${Object.keys(CLASSES).join(', ')}` },
    ]);
  }
  const reportClass: new () => object = CLASSES[kind as Report['kind']];
  const field = yield* firstProblem(plain, reportClass);
  if (field === undefined) return plain as unknown as Report;
  const isExplained = (text as string).length <= MAX_EXPLAINED_BYTES;
  const errors = isExplained ? validateSync(plainToInstance(reportClass, plain)) : [];
  const problems = errors.flatMap(problemsOf);
  // Class-validator lets a list pass in the place of what is in it.
  if (problems.length === 0) problems.push({ field, problem: 'is not as it should be' });
  throw new InvalidReport(problems);
}

function* objectFrom(text: unknown): Interruptible<Record<string, unknown>> {
  if (typeof text === 'string' && isTooDeepToParse(text)) throw unreadable(TOO_DEEP);
  yield;
  let value: unknown;
  try {
    value = JSON.parse(text as string);
  } catch (error) {
    throw unreadable(`is not JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null) throw unreadable('is not a JSON object');
  yield;
  if (isTooDeep(value)) throw unreadable(TOO_DEEP);
  yield;
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
