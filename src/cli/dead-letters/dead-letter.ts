import type { GetMessage } from 'amqplib';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { InvalidWriteRequest } from '../../request/errors.js';
import { isLane } from '../../request/lane.js';
import type { WriteRequest } from '../../request/write-request.js';

/** What RabbitMQ notes of one reason why a message was given up, newest first. */
interface Death {
  readonly reason?: string;
  readonly count?: number;
  readonly queue?: string;
  readonly time?: { readonly value?: number };
  readonly 'routing-keys'?: readonly string[];
}

/** A request that RabbitMQ gave up, as it lies there. */
export interface DeadLetter {
  readonly request_id: string | undefined;
  readonly output_file: string | undefined;
  readonly start_pulse_id: number | undefined;
  readonly stop_pulse_id: number | undefined;
  /** When RabbitMQ gave it up. */
  readonly since: Date | undefined;
  /** RabbitMQ's word for why: `rejected`, `delivery_limit`. */
  readonly reason: string | undefined;
  /** How often it was given up so. */
  readonly times: number;
  /** The queue that it was in before. */
  readonly queue: string | undefined;
  /** What is wrong with the message, where it can't be understood. */
  readonly problem: string | undefined;
  /** The key by which it comes back to that queue; undefined where nothing tells. */
  readonly key: string | undefined;
  readonly request: WriteRequest | undefined;
}

export function deadLetterOf({ content, fields, properties }: GetMessage): DeadLetter {
  const [death = {}] = (properties.headers?.['x-death'] ?? []) as Death[];
  const { request, problem } = requestIn(content);
  const { value: seconds } = death.time ?? {};
  const keys = [fields.routingKey, ...(death['routing-keys'] ?? [])];
  return {
    request_id: request?.request_id ?? (properties.messageId as string | undefined),
    problem,
    ...(request && aimOf(request)),
    since: seconds === undefined ? undefined : new Date(seconds * 1000),
    reason: death.reason,
    times: death.count ?? 1,
    queue: death.queue,
    key: keys.find((key) => isLane(key.split('.')[0])),
    request,
  } as DeadLetter;
}

/** Why it lies there, for people. */
export function whyDead({ reason, times, problem }: DeadLetter): string {
  const often = times > 1 ? `, ${times} times` : '';
  if (problem !== undefined) return `${reasonWords(reason)}${often}: ${problem}`;
  return `${reasonWords(reason)}${often}`;
}

function reasonWords(reason: string | undefined): string {
  switch (reason) {
    case 'rejected':
      return 'rejected by a writer, which could not read it';
    case 'delivery_limit':
      return 'handed out again and again, and each time its writer went away';
    case undefined:
      return 'RabbitMQ does not say why';
    default:
      return reason;
  }
}

function requestIn(content: Buffer): { request?: WriteRequest; problem?: string } {
  try {
    const { data } = JSON.parse(content.toString()) as { data?: unknown };
    if (typeof data === 'object' && data !== null) return { request: data as WriteRequest };
    return { problem: 'it has no request' };
  } catch (error) {
    return { problem: `it is not JSON (${(error as Error).message})` };
  }
}

function aimOf(request: WriteRequest) {
  try {
    const { outputFile: output_file, pulseRange: range } = parseWriteRequest(request);
    const { startPulseId: start_pulse_id, endPulseId: stop_pulse_id } = range ?? {};
    return { output_file, start_pulse_id, stop_pulse_id };
  } catch (error) {
    if (!(error instanceof InvalidWriteRequest)) throw error;
    return { output_file: error.outputFile, problem: error.message };
  }
}
