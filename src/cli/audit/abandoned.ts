import { existsSync } from 'node:fs';
import {
  type AbandonedAcquisition,
  type CompletedNote,
  readAbandonedLine,
} from '../../audit/abandoned-line.js';
import { visitLines } from '../../audit/line-splitter.js';
import { localStamp } from '../../audit/local-time.js';
import { exactJson } from '../../request/exact-json.js';
import { printError, printLine } from '../print-line.js';

/**
 * Prints the acquisitions that a broker keeps beside a trail as they never got their stop, oldest first.
 *
 * @param includes whether one that was abandoned at a time is asked for
 */
export async function listAbandoned(
  trail: string,
  includes: (time: Date) => boolean,
  asJson: boolean,
): Promise<void> {
  const { acquisitions, completed } = await readAbandoned(`${trail}.abandoned`);
  const asked = [...acquisitions.values()].filter(({ times }) => includes(dateOf(times.abandoned)));
  for (const each of asked) {
    const note = completed.get(each.id);
    await printLine(asJson ? jsonOf(each, note) : textOf(each, note));
  }
  if (asJson) return;
  const open = asked.filter(({ id }) => !completed.has(id));
  await printLine(`${open.length} without stop`);
  if (open.length > 0) await printLine(REMEDY);
}

const REMEDY =
  'To write one while its data is in the data buffer: ' +
  "curl -X POST -H 'Content-Type: application/json' -d '{\"stop_pulse_id\": <last pulse id>}' " +
  'http://<broker>:10002/acquisitions/<id>/complete; with "start_pulse_id" for an earlier start';

async function readAbandoned(file: string) {
  const acquisitions = new Map<string, AbandonedAcquisition>();
  const completed = new Map<string, CompletedNote>();
  const found = { acquisitions, completed };
  if (!existsSync(file)) return found;
  let lineNumber = 0;
  await visitLines(file, (line) => {
    lineNumber++;
    const content = readAbandonedLine(line);
    if (content && 'id' in content) acquisitions.set(content.id, content);
    else if (content) completed.set(content.completed, content);
    else if (line.length > 0) {
      printError(`line ${lineNumber} of ${file} is damaged: skipped`);
      process.exitCode = 1;
    }
  });
  return found;
}

function jsonOf(acquisition: AbandonedAcquisition, completed: CompletedNote | undefined): string {
  const { completed: _id, ...pulses } = completed ?? {};
  const state = completed ? 'completed' : 'abandoned';
  return exactJson({ state, ...acquisition, ...(completed && { completed: pulses }) });
}

function textOf(acquisition: AbandonedAcquisition, completed: CompletedNote | undefined): string {
  const { id, times, output_file, start_pulse_id, earlier_starts, channels, why } = acquisition;
  const earlier = earlier_starts.map(({ start_pulse_id: pulseId }) => pulseId).join(', ');
  const words = [
    localStamp(dateOf(times.abandoned)),
    output_file,
    `start ${start_pulse_id}${earlier ? ` (before: ${earlier})` : ''}`,
    `${channels.length} channels`,
    why === 'given_up' ? 'given up' : 'parameters replaced',
    id,
  ];
  if (completed) words.push(`completed: ${completed.start_pulse_id}-${completed.stop_pulse_id}`);
  return words.join('  ');
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
