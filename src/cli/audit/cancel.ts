import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CommonSettings } from '../../config/common-settings.js';
import type { RequestHead } from '../../report/request-record.js';
import { OPEN_STATES } from '../../report/request-state.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { onEndingSignal } from '../ending-signals.js';
import { printLine } from '../print-line.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { BrokerClient, BrokerRefused } from './broker-client.js';
import { brokerUrlOption, brokerUrlProblems } from './broker-url.js';

const INTERRUPTED = 130;

const KEPT = 'not cancelled';
const GONE = 'cancelled'.padEnd(KEPT.length);

/** `sf-databuffer audit cancel`: has the broker give up requests. */
export function cancelCommand(): Command {
  return settingsCommand(
    'cancel',
    {
      description:
        'Cancels requests that wait to be sent, or that failed and are tried again by themselves: one by ' +
        'its id, or all for an output file. They are never sent, and leave no .err file; one that a ' +
        'failure left stays. Exit code 0: all are cancelled; 1: some could not be, or there is none.',
      settings: [CommonSettings],
      arguments: [
        {
          name: 'request',
          description: 'ids of requests, or output files with or without their folder',
          several: true,
        },
      ],
      options: [brokerUrlOption()],
      defaults: { log_level: 'WARNING' },
      examples: [
        'sf-databuffer audit cancel /sf/data/run_0001.h5',
        'sf-databuffer audit cancel 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e',
      ],
    },
    cancel,
  );
}

async function cancel(line: CommandLine): Promise<void> {
  const checked = withProblems(line, brokerUrlProblems(line.values));
  startLogging(settingsFrom(checked, CommonSettings));
  const { request: asked, broker_url: url } = line.values;
  const ending = new AbortController();
  const letSignalsBe = onEndingSignal(() => ending.abort());
  try {
    const broker = new BrokerClient(url as string, ending.signal);
    if (!(await cancelAll(asked as string[], broker))) process.exitCode = 1;
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    letSignalsBe();
  }
}

/** @returns whether all that was asked for is cancelled */
async function cancelAll(asked: readonly string[], broker: BrokerClient): Promise<boolean> {
  let cancelled = 0;
  let others = 0;
  for (const each of asked) {
    const found = await requestsOf(each, broker);
    if (found.length === 0) {
      await printLine(`${each}: no request waits or heals under this name or id`);
      others++;
    }
    for (const head of found) {
      if (await isCancelled(head, broker)) cancelled++;
      else others++;
    }
  }
  await printLine(`${cancelled} cancelled${others > 0 ? `, ${others} not` : ''}`);
  return others === 0;
}

/** The request of an id, or those for an output file that are not settled for good. */
async function requestsOf(asked: string, broker: BrokerClient): Promise<readonly RequestHead[]> {
  const byId = await broker.find(asked);
  if (byId) return [byId];
  const output_file = asked.includes('/') ? resolve(asked) : asked;
  const open = await broker.list({ output_file, state: OPEN_STATES.join(',') });
  const healing = await broker.list({ output_file, healing: 'true' });
  // One that is sent again just then is in both.
  return [...new Map([...open, ...healing].map((head) => [head.request_id, head])).values()];
}

async function isCancelled(head: RequestHead, broker: BrokerClient): Promise<boolean> {
  const { request_id, output_file = '(no output file)' } = head;
  try {
    await broker.cancel(request_id);
    await printLine(`${GONE}  ${output_file}  ${request_id}`);
    return true;
  } catch (error) {
    if (!(error instanceof BrokerRefused)) throw error;
    await printLine(`${KEPT}  ${output_file}  ${request_id}: ${error.message}`);
    return false;
  }
}
