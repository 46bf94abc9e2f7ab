import { type Command, Option } from 'commander';
import { localStamp } from '../../audit/local-time.js';
import { RabbitmqSettings } from '../../config/rabbitmq-settings.js';
import { settingsFrom } from '../command-line.js';
import { printError, printLine } from '../print-line.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { DeadLetterQueue } from './dead-letter-queue.js';
import { type DeadLetter, whyDead } from './dead-letter.js';
import { NotPutBack } from './errors.js';

/** `sf-databuffer dead_letters`: what lies in RabbitMQ as no writer took it. */
export function deadLettersCommand(): Command {
  return settingsCommand(
    'dead_letters',
    {
      description:
        'Lists the requests that RabbitMQ gave up, oldest first: request id, file, pulses, since when, ' +
        'and why. All stay where they are. With --return they go back to the queue that they were in, ' +
        'and the broker whose request it is makes a new attempt of each. Exit code 1: one is not there, ' +
        'or could not go back.',
      settings: [RabbitmqSettings],
      options: [
        new Option('--request_id [id]', 'this one alone'),
        new Option('--return', 'put them back'),
        new Option('--json', 'one JSON object a line'),
      ],
      examples: [
        'sf-databuffer dead_letters --config broker.json',
        'sf-databuffer dead_letters --json | jq -r .request_id',
        'sf-databuffer dead_letters --return \\',
        '    --request_id 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e',
      ],
    },
    async (line) => {
      const settings = settingsFrom(line, RabbitmqSettings);
      startLogging(settings);
      const { request_id: id, return: isReturn, json } = line.values;
      const queue = await DeadLetterQueue.open(settings);
      try {
        const all = await queue.letters();
        const chosen = typeof id === 'string' ? all.filter((each) => each.request_id === id) : all;
        if (chosen.length === 0) tellNone(id, all.length);
        for (const letter of chosen) {
          const isBack = isReturn === true && (await putBack(queue, letter));
          if (isReturn === true && !isBack) continue;
          await printLine(json ? jsonOf(letter, isBack) : textOf(letter, isBack));
        }
      } finally {
        await queue.close();
      }
    },
  );
}

function tellNone(id: unknown, others: number): void {
  if (typeof id !== 'string') return printError('There are no dead letters.');
  printError(`No dead letter has the request id ${id}; ${others} others lie there.`);
  process.exitCode = 1;
}

/** @returns whether it is where it was */
async function putBack(queue: DeadLetterQueue, letter: DeadLetter): Promise<boolean> {
  try {
    await queue.putBack(letter);
    return true;
  } catch (error) {
    if (!(error instanceof NotPutBack)) throw error;
    printError(`${letter.request_id ?? 'a message without an id'} stays: ${error.message}`);
    process.exitCode = 1;
    return false;
  }
}

function jsonOf(letter: DeadLetter, returned: boolean): string {
  return JSON.stringify({ ...letter, returned });
}

function textOf(letter: DeadLetter, isBack: boolean): string {
  const { request_id, output_file, start_pulse_id, stop_pulse_id, since, problem } = letter;
  const byTime = problem === undefined ? 'by time' : 'no pulses';
  return [
    request_id ?? 'without an id',
    output_file ?? 'no output file',
    start_pulse_id === undefined ? byTime : `pulses ${start_pulse_id}-${stop_pulse_id}`,
    since ? `since ${localStamp(since)}` : 'since when is not known',
    isBack ? 'is back in its queue' : whyDead(letter),
  ].join('  ');
}
