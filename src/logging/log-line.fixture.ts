import { LINE_FIELDS, LOG_FIELDS } from './log-fields.js';

const FIELDS = { ...LINE_FIELDS, ...LOG_FIELDS };
const TYPES = { text: 'string', number: 'number', switch: 'boolean', thrown: 'string' };

/** A line that has something that the vocabulary of the log has not. */
export class OutsideVocabulary extends Error {}

/** An event that was logged as JSON. @throws OutsideVocabulary; SyntaxError where it is not JSON */
export function parseLogLine(line: string): Record<string, unknown> {
  const event = JSON.parse(line) as Record<string, unknown>;
  for (const [name, value] of Object.entries(event)) {
    const kind = FIELDS[name as keyof typeof FIELDS]?.[0];
    if (kind === undefined || typeof value !== TYPES[kind]) {
      throw new OutsideVocabulary(
        `${name} is not a field of the log, or has another type: ${line}`,
      );
    }
  }
  return event;
}
