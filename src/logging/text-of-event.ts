import { printable } from './printable.js';

const OWN_FIELDS = new Set(['level', 'time', 'logger', 'msg']);

/** The text form of an event: `[Broker] request recorded request_id=… output_file=…`. */
export function textOfEvent(event: Record<string, unknown>): string {
  const fields = Object.entries(event)
    .filter(([name]) => !OWN_FIELDS.has(name))
    .map(([name, value]) => `${name}=${fieldText(value)}`);
  const logger = typeof event.logger === 'string' ? `[${event.logger}] ` : '';
  const message = (event.msg as string).replaceAll(/[\r\n]+/g, ' ');
  // Names come from outside; none may move the cursor or colour the operator's terminal.
  return printable([`${logger}${message}`, ...fields].join(' '));
}

function fieldText(value: unknown): string {
  if (typeof value === 'string')
    return /[\s"=]/.test(value) || value === '' ? JSON.stringify(value) : value;
  return JSON.stringify(value);
}
