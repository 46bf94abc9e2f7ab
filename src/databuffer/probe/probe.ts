import type { DataApiProtocol } from '../../config/writer-settings.js';
import type { PulseRange } from '../../request/pulse-range.js';
import {
  ConnectionFailed,
  DataSourceError,
  HeadersUnusable,
  HttpFailure,
  TimedOut,
} from '../errors.js';
import { proveSource } from '../prove-source.js';
import type { Check, Probed } from './check.js';
import { downloadsAtOnce } from './checks/api4/downloads-at-once.js';
import { emptyRange } from './checks/api4/empty-range.js';
import { pulseMap } from './checks/api4/pulse-map.js';
import { rangeFinal } from './checks/api4/range-final.js';
import { timeRange } from './checks/api4/time-range.js';
import { unknownName } from './checks/api4/unknown-name.js';
import { wrongEvents } from './checks/api4/wrong-events.js';
import { atOnce } from './checks/at-once.js';
import { dates } from './checks/dates.js';
import { ends } from './checks/ends.js';
import { mapping } from './checks/mapping.js';
import { forgotten, notYet } from './checks/not-there.js';
import { order } from './checks/order.js';
import { requestStatus } from './checks/request-status.js';
import { search } from './checks/search.js';
import { several } from './checks/several.js';
import { transport } from './checks/transport.js';
import { unknownChannel } from './checks/unknown-channel.js';
import { values } from './checks/values.js';
import { wrongQuestion } from './checks/wrong-question.js';
import type { DataServer } from './data-server.js';
import { NothingUsable } from './errors.js';
import { failing } from './failing.js';
import { type Finding, type Findings, ok } from './finding.js';
import { problemsOf } from './problems.js';
import { pulsesOf } from './seen-rows.js';
import { listedChannels, MOST_CHANNELS, recentPulses, type WhatToAsk } from './what-to-ask.js';

const ALL: readonly Check[] = [
  ...[values, order, dates, ends, several, unknownChannel, notYet, forgotten],
  ...[wrongQuestion, atOnce, transport, search],
];

/** One channel a question, by time. */
const API4: readonly Check[] = [
  ...[pulseMap, values, rangeFinal, order, dates, ends, timeRange, emptyRange, several],
  ...[unknownName, wrongEvents, downloadsAtOnce, atOnce, transport, search],
];

/** What is looked at, for each protocol that a data API can speak. */
const CHECKS: Readonly<Record<DataApiProtocol, readonly Check[]>> = {
  json: ALL,
  binary: [mapping, ...ALL, requestStatus],
  api4: API4,
};

/** What is known of a server's data. */
export interface Known {
  /** Names of channels; empty: those that it lists. */
  readonly channels: readonly string[];
  /** Pulses of which there is data; by default recent ones. */
  readonly range?: PulseRange;
  /** Which of the channels that it lists are to be asked for. */
  readonly fits: (name: string) => boolean;
}

/** What the server is asked for; then what each check found, as soon as it has. */
export type News = WhatToAsk | Findings;

/**
 * Asks a server for all that a writer relies on, by the very sources of a writer.
 *
 * @throws NothingToAsk where it is not known what to ask for
 */
export async function* probe(server: DataServer, known: Known): AsyncGenerator<News, void> {
  const [reached, isReached] = await reach(server);
  yield { check: 'reached', findings: [reached] };
  if (!isReached) return;
  let probed: Probed;
  try {
    const asked = await whatToAsk(server, known);
    yield asked;
    const answer = await server.ask(asked.channels, asked.range);
    const [most] = [...answer.channels.values()].sort(
      (a, b) => pulsesOf(b).length - pulsesOf(a).length || b.pulseIds.length - a.pulseIds.length,
    );
    if (most === undefined || most.pulseIds.length === 0) {
      const empty = { ...asked, server, answer, busiest: '', pulseIds: [] };
      if (server.protocol === 'api4') {
        yield { check: pulseMap.name, findings: await pulseMap.run(empty) };
      }
      yield { check: 'asked', findings: withoutRows(empty) };
      return;
    }
    probed = { ...asked, server, answer, busiest: most.header.name, pulseIds: pulsesOf(most) };
  } catch (error) {
    if (error instanceof NothingUsable) {
      yield { check: 'values', findings: error.channels.flatMap(problemsOf) };
      return;
    }
    yield { check: 'asked', findings: [failing('the first question', error)] };
    return;
  }
  for (const { name, run } of CHECKS[server.protocol]) {
    yield { check: name, findings: await run(probed) };
  }
}

async function whatToAsk(server: DataServer, { channels, range, fits }: Known): Promise<WhatToAsk> {
  const areGiven = channels.length > 0;
  const names = areGiven ? channels : await listedChannels(server, fits);
  if (range === undefined) return recentPulses(server, names, areGiven);
  return { channels: areGiven ? names : names.slice(0, MOST_CHANNELS), areGiven, range };
}

/** A writer asks so, away from any request, whether a server that was down is back. */
async function reach(server: DataServer): Promise<[Finding, boolean]> {
  try {
    await proveSource(server.address.url, server.connections);
    return [ok('the server is reached'), true];
  } catch (error) {
    const finding = failing('a GET without a question', error);
    if (
      error instanceof ConnectionFailed ||
      (error instanceof TimedOut && error.phase === 'connect')
    ) {
      return [finding, false];
    }
    if (!(error instanceof DataSourceError)) throw error;
    const isRefused = error instanceof HttpFailure && error.status === 401;
    if (isRefused || error instanceof HeadersUnusable) return [finding, false];
    const cost = 'after a failure a writer takes the server for down, for as long as that stays so';
    const remedy = error instanceof HttpFailure ? 'answer GET by HTTP 405' : finding.remedy;
    return [{ ...finding, cost, remedy }, true];
  }
}

function withoutRows(probed: Probed): Finding[] {
  const { startPulseId, endPulseId } = probed.range;
  const found = values.run(probed) as Finding[];
  const wrong = found.filter(({ verdict }) => verdict === 'deviation');
  if (wrong.length > 0) return wrong;
  return [
    {
      verdict: 'deviation',
      what: `pulses ${startPulseId} to ${endPulseId} have no data`,
      cost: 'files without rows, or none',
      remedy:
        'name pulses of which there is data by --pulses FIRST-LAST, and channels by --channels',
    },
  ];
}
