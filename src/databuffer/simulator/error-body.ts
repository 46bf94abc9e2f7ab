import { randomUUID } from 'node:crypto';

/** An error as the data API words it. */
export function errorBody(status: number, message: string): string {
  return JSON.stringify({ status, message, requestId: randomUUID() });
}
