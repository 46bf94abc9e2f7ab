import { isJsonObject } from '../../../request/json-object.js';
import { parsePythonJson } from '../../../request/parse-python-json.js';
import type { Integer } from '../../../request/integer.js';
import type { Plan } from '../../../runs/plan.js';
import type { Retrieval } from '../../../runs/retrieval.js';
import { pythonJson } from '../../../runs/python-json.js';
import type { PvNotification } from '../hand-on/pv-notification.js';
import type { RetrievalReply } from './replies.js';

/** A retrieval whose numbers are taken: all that is needed to carry it out again. */
export interface Intent {
  /** When its call came, seconds since the epoch. */
  readonly time: number;
  /** See `retrievalDigest`. */
  readonly digest: string;
  /** From where it was called. */
  readonly address: string;
  readonly retrieval: Retrieval;
  readonly plan: Plan;
  /** What the EPICS writer is to be told when the call is answered. */
  readonly notification?: PvNotification;
}

/** A retrieval whose requests are in the trail, as it was answered. */
export interface Answer {
  /** Id of the retrieval. */
  readonly recorded: string;
  readonly time: number;
  readonly digest: string;
  readonly reply: RetrievalReply;
  readonly served: ServedPgroup;
}

/** A pgroup for which this broker acquired a run, with the newest one. */
export interface ServedPgroup {
  /** @example 'p12345' */
  readonly pgroup: string;
  /** @example 'alvra' */
  readonly beamline: string;
  /** @example 7 */
  readonly run_number: Integer;
  /** Local time, as the run's metadata has it. @example '2026-11-30 18:30:00.250000' */
  readonly request_time: string;
}

/**
 * A line of the retrievals file: something is about to be done; others took their parts of it, with the plan
 * that is left; it is recorded; or it was taken back, as it failed. Of what is long past, one line for each
 * pgroup is kept.
 */
export type RetrievalLine =
  | { readonly intent: Intent }
  | ({ readonly handed_on: string } & Pick<Intent, 'plan' | 'notification'>)
  | Answer
  | { readonly undone: string }
  | { readonly served: ServedPgroup };

/** The text of a line, numbers of the request as they came. */
export function retrievalLine(line: RetrievalLine): string {
  return pythonJson(line, { sorted: false });
}

/** Undefined for a line that is damaged, or of a later release. */
export function parseRetrievalLine(text: string): RetrievalLine | undefined {
  try {
    const line = parsePythonJson(text);
    if (!isJsonObject(line)) return undefined;
    const { intent, handed_on, plan, recorded, undone, served, reply, digest, time } = line;
    const isUsable =
      (isJsonObject(intent) && isJsonObject(intent.retrieval) && isJsonObject(intent.plan)) ||
      (typeof handed_on === 'string' && isJsonObject(plan)) ||
      (typeof recorded === 'string' &&
        isJsonObject(reply) &&
        isJsonObject(served) &&
        typeof digest === 'string' &&
        typeof time === 'number') ||
      typeof undone === 'string' ||
      (isJsonObject(served) && typeof served.pgroup === 'string');
    return isUsable ? (line as unknown as RetrievalLine) : undefined;
  } catch {
    return undefined;
  }
}
