import { type Command, Option } from 'commander';
import { CommonSettings } from '../../config/common-settings.js';
import { exactJson } from '../../request/exact-json.js';
import { BrokerClient } from '../audit/broker-client.js';
import { brokerUrlOption, brokerUrlProblems } from '../audit/broker-url.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { onEndingSignal } from '../ending-signals.js';
import { printError, printLine } from '../print-line.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { hasColours } from './colours.js';
import { type Look, lookAt } from './look.js';
import { isThere, outcomeLines } from './outcome-lines.js';
import { pictureOf } from './picture/away.js';
import { drawn } from './picture/line.js';
import type { Size } from './picture/picture.js';
import { Progress } from './progress.js';
import { Screen, sizeOf } from './screen.js';
import { endOfRequest } from './wait-for-request.js';
import { watch } from './watch.js';

const INTERRUPTED = 130;
const NO_SUCH_REQUEST = 2;
/** A broker that is there answers in milliseconds. */
const CALL_TIMEOUT_MS = 3000;
/** Of requests, where nobody's window says how many find room. */
const USUAL = 10;

/** `sf-databuffer status`: a broker at a glance, or one request until its file is there. */
export function statusCommand(): Command {
  return settingsCommand(
    'status',
    {
      description:
        'Shows what a broker is doing: the acquisition, what is wrong and what to do about it, writers with ' +
        'their jobs, the last requests. With a request it waits until that has its file. Exit code 0: the ' +
        'broker answers, the file is there; 1: it does not, or there will be none; 2: no such request.',
      settings: [CommonSettings],
      arguments: [
        {
          name: 'request',
          description: 'id of a request, or an output file: its newest request',
          optional: true,
        },
      ],
      options: [
        new Option('--watch', 'show it again each second, until Ctrl-C'),
        new Option('--json', 'print what the broker says as JSON, on one line'),
        brokerUrlOption(),
      ],
      defaults: { log_level: 'WARNING' },
      examples: [
        'sf-databuffer status --watch --broker_url http://sf-daq-1:10002',
        'sf-databuffer status run_0042.h5 && h5dump -H /sf/data/run_0042.h5',
        'sf-databuffer status --json | jq .queue',
      ],
    },
    status,
  );
}

async function status(line: CommandLine): Promise<void> {
  const { request, broker_url, watch: again, json } = line.values;
  const both = request !== undefined && again === true;
  const problems = both ? ['--watch and a request: a request is waited for without it'] : [];
  const checked = withProblems(line, [...problems, ...brokerUrlProblems(line.values)]);
  startLogging(settingsFrom(checked, CommonSettings));
  const url = broker_url as string;
  const ending = new AbortController();
  const letSignalsBe = onEndingSignal(() => ending.abort());
  try {
    if (request !== undefined) {
      process.exitCode = await wait(request as string, url, json === true, ending.signal);
    } else {
      await show(url, { again: again === true, asJson: json === true }, ending.signal);
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    process.exitCode = again ? 0 : INTERRUPTED;
  } finally {
    letSignalsBe();
  }
}

/** @returns the exit code */
async function wait(
  asked: string,
  url: string,
  asJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  const broker = new BrokerClient(url, signal, { patience: 0, callTimeout: CALL_TIMEOUT_MS });
  const progress = new Progress(process.stderr, hasColours(process.stderr, process.env));
  const end = await endOfRequest(asked, broker, progress, signal).finally(() => progress.end());
  if (!end) {
    printError(`${asked}: no request has this id, and none this output file.`);
    printError(
      "'sf-databuffer status' shows the last ones, 'sf-databuffer audit list' all of a trail.",
    );
    return NO_SUCH_REQUEST;
  }
  if (asJson) await printLine(exactJson(end));
  else {
    const inColour = hasColours(process.stdout, process.env);
    for (const line of outcomeLines(end)) console.log(drawn(line, Infinity, inColour));
  }
  return isThere(end) ? 0 : 1;
}

interface Manner {
  readonly again: boolean;
  readonly asJson: boolean;
}

async function show(url: string, { again, asJson }: Manner, signal: AbortSignal): Promise<void> {
  const broker = new BrokerClient(url, signal, { patience: 0, callTimeout: CALL_TIMEOUT_MS });
  const requests = process.stdout.isTTY ? Math.max(sizeOf(process.stdout).height, USUAL) : USUAL;
  const print = asJson ? printJson : (look: Look) => printPicture(look, url);
  if (!again) return print({ seen: await lookAt(broker, requests) });
  const canDraw = process.stdout.isTTY && process.env.TERM !== 'dumb';
  if (asJson || !canDraw) return watch(broker, requests, print, signal);
  return watchOnScreen(broker, url, requests, signal);
}

async function printJson({ seen, away }: Look): Promise<void> {
  if (away) await printLine(exactJson({ away: away.reason, since: away.since / 1000 }));
  else await printLine(exactJson(seen!.overview));
}

async function printPicture(look: Look, url: string): Promise<void> {
  const { width, height } = sizeOf(process.stdout);
  // The line of the prompt stays free.
  const size = { width, height: process.stdout.isTTY ? height - 1 : undefined };
  for (const line of linesOf(look, url, size)) console.log(line);
}

function linesOf(look: Look, url: string, size: Size): string[] {
  const inColour = hasColours(process.stdout, process.env);
  const lines = pictureOf(look, url, size, Date.now());
  return lines.map((line) => drawn(line, size.width, inColour));
}

/** Draws it in place, so that nothing moves but what changes. */
async function watchOnScreen(
  broker: BrokerClient,
  url: string,
  requests: number,
  signal: AbortSignal,
): Promise<void> {
  let last: Look = {};
  const screen = new Screen(process.stdout, (size) => linesOf(last, url, size));
  try {
    await watch(
      broker,
      requests,
      (look) => {
        last = look;
        screen.draw();
      },
      signal,
    );
  } finally {
    screen.close();
  }
}
