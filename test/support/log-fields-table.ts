import { LINE_FIELDS, LOG_FIELDS } from '../../src/logging/log-fields.js';

const KINDS = { text: 'text', number: 'number', switch: 'true, false', thrown: 'text' };

/** The vocabulary of the log as a Markdown table. */
export function fieldsTable(): string {
  const rows = Object.entries({ ...LINE_FIELDS, ...LOG_FIELDS }).map(
    ([name, [kind, meaning]]) => `| \`${name}\` | ${KINDS[kind]} | ${meaning} |`,
  );
  return ['| field | kind | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
