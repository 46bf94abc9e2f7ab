import { randomUUID } from 'node:crypto';
import { exactJson } from '../../../request/exact-json.js';

/** What others do with a request: under these words it is counted. */
export const KINDS = ['pvs', 'detector', 'pedestal', 'power_on'] as const;
export type RequestKind = (typeof KINDS)[number];

/** A request for what others write, as the facility's programs read it. */
export interface RequestMessage {
  readonly kind: RequestKind;
  readonly routingKey: string;
  readonly correlationId: string;
  /** Nanoseconds since the epoch, as the facility has it: AMQP says seconds. */
  readonly timestamp: number;
  readonly body: Buffer;
  /** For the log. */
  readonly outputFile?: string;
}

/**
 * A message as the facility's own broker has it.
 *
 * @param body numbers are written as they came
 * @param time when it was asked for, seconds since the epoch
 */
export function requestMessage(
  message: Pick<RequestMessage, 'kind' | 'routingKey' | 'outputFile'>,
  body: object,
  time: number,
  correlationId: string = randomUUID(),
): RequestMessage {
  return {
    ...message,
    correlationId,
    // The client library takes no BigInt: such a number is exact to 256 ns, as the time itself is.
    timestamp: Math.round(time * 1e6) * 1000,
    body: Buffer.from(exactJson(body)),
  };
}
