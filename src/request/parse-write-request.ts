import { type Channel, askedNameProblem, backendOf, displayName, trimmedName } from './channel.js';
import { isCompact } from './output-format.js';
import { type FieldProblem, InvalidWriteRequest } from './errors.js';
import { TOO_DEEP, isTooDeep, isTooDeepToParse } from './nesting.js';
import { type OutputLayout, layoutProblem } from './output-layout.js';
import { type PulseRange, pulseIdIn } from './pulse-range.js';
import { type RequestIdentity, identityOf } from './request-order.js';
import { requestKey } from './request-key.js';
import { type SelectedPulses, selectedPulsesIn } from './selected-pulses.js';
import type { WriteRequest } from './write-request.js';

type JsonObject = Record<string, unknown>;

/** Characters of a text; one that asks for 50,000 channels with the longest names has 15 million. */
const MAX_TEXT_LENGTH = 20 * 1024 * 1024;

/** A write request, understood: what a writer needs of it. */
export interface ParsedWriteRequest extends RequestIdentity {
  /** Names the request where it has no id, too, see {@link requestKey}. */
  readonly key: string;
  /** When the request was made that this one acquires again; undefined where it does not say. */
  readonly replayOfTimestamp: number | undefined;
  /** Whether a file with more rows may be replaced. */
  readonly force: boolean;
  /** When the request was made, seconds since the epoch; 0 where it does not say. */
  readonly timestamp: number;
  readonly outputFile: string;
  readonly compact: boolean;
  readonly layout: OutputLayout;
  /** Where what becomes of the file is logged, as the request names it; undefined where it does not. */
  readonly logFile: string | undefined;
  /** The pulses that its client wants of the range; undefined for all of them. */
  readonly selectedPulses: SelectedPulses | undefined;
  /** Texts for /general; what the request does not give is empty. */
  readonly general: Readonly<Record<'created' | 'instrument' | 'process' | 'user', string>>;
  /** Each channel once, those with an unusable name left out. */
  readonly channels: readonly Channel[];
  /** Names that were asked for and can't be channels of a file, with the reason. */
  readonly refusedChannels: readonly { readonly name: string; readonly reason: string }[];
  /** Pulses asked for, both ends included; undefined where the range is given by time. */
  readonly pulseRange: PulseRange | undefined;
  /** The query to the data API: as it came, with `channels` as above. */
  readonly query: JsonObject;
}

/**
 * Understands a write request of any implementation, of today or from a trail of years ago.
 *
 * @throws InvalidWriteRequest naming every field that keeps it from being carried out
 */
export function parseWriteRequest(request: WriteRequest): ParsedWriteRequest {
  const problems: FieldProblem[] = [];
  const query = objectField('data_api_request', request.data_api_request, problems);
  const found = objectIn('parameters', request.parameters, problems);
  const parameters = shallow('parameters', found, problems);
  const outputFile = outputFileIn(found);
  if (parameters && outputFile === undefined) {
    problems.push({ field: 'parameters.output_file', problem: 'is missing or not a text' });
  }
  const { channels, refused } = channelsField(query, problems);
  const range = query && rangeField(query, problems);
  const badLayout = layoutProblem(request.layout);
  if (badLayout !== undefined) problems.push({ field: 'layout', problem: badLayout });
  if (problems.length > 0) throw new InvalidWriteRequest(problems, outputFile);
  const identity = identityOf(request);
  return {
    ...identity,
    key: requestKey(request),
    replayOfTimestamp: Number.isFinite(request.replay_of_timestamp)
      ? request.replay_of_timestamp
      : undefined,
    force: request.force === true,
    timestamp: identity.timestamp ?? 0,
    outputFile: outputFile!,
    compact: isCompact(parameters!),
    layout: request.layout ?? 'data',
    logFile: textOf(request.log_file) || undefined,
    selectedPulses: selectedPulsesIn(parameters!),
    general: {
      created: textOf(parameters!['general/created']),
      instrument: textOf(parameters!['general/instrument']),
      process: textOf(parameters!['general/process']),
      user: textOf(parameters!['general/user']),
    },
    channels,
    refusedChannels: refused,
    pulseRange: range,
    query: { ...query, channels },
  };
}

/** The output file that a request names, however broken the rest of it is; undefined if it names none. */
export function outputFileOf(request: Partial<WriteRequest>): string | undefined {
  return outputFileIn(objectIn('parameters', request.parameters, []));
}

function outputFileIn(parameters: JsonObject | undefined): string | undefined {
  const outputFile = parameters?.output_file;
  return typeof outputFile === 'string' && outputFile !== '' ? outputFile : undefined;
}

function objectField(
  field: string,
  text: unknown,
  problems: FieldProblem[],
): JsonObject | undefined {
  return shallow(field, objectIn(field, text, problems), problems);
}

/** The value, unless it is nested too deeply. */
function shallow(
  field: string,
  value: JsonObject | undefined,
  problems: FieldProblem[],
): JsonObject | undefined {
  if (!isTooDeep(value)) return value;
  problems.push({ field, problem: TOO_DEEP });
  return undefined;
}

function objectIn(field: string, text: unknown, problems: FieldProblem[]): JsonObject | undefined {
  if (typeof text !== 'string') {
    problems.push({ field, problem: 'is missing or not a text' });
    return undefined;
  }
  if (text.length > MAX_TEXT_LENGTH) {
    const problem = `has ${text.length} characters; at most ${MAX_TEXT_LENGTH} are allowed`;
    problems.push({ field, problem });
    return undefined;
  }
  if (isTooDeepToParse(text)) {
    problems.push({ field, problem: TOO_DEEP });
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as JsonObject;
    }
    problems.push({ field, problem: 'is not a JSON object' });
  } catch (error) {
    problems.push({ field, problem: `is not JSON (${(error as Error).message})` });
  }
  return undefined;
}

function channelsField(query: JsonObject | undefined, problems: FieldProblem[]) {
  const channels = new Map<string, Channel>();
  const refused = new Map<string, string>();
  const field = 'data_api_request.channels';
  if (query && !Array.isArray(query.channels)) {
    problems.push({ field, problem: 'is missing or not a list' });
  } else if (query) {
    for (const entry of query.channels as unknown[]) {
      const { name: given, backend } =
        typeof entry === 'string'
          ? { name: entry, backend: undefined }
          : ((entry ?? {}) as JsonObject);
      if (typeof given !== 'string') {
        problems.push({
          field,
          problem: `contains ${displayName(JSON.stringify(entry))}, which names no channel`,
        });
        continue;
      }
      const name = trimmedName(given);
      const reason = askedNameProblem(name);
      if (reason) refused.set(name, reason);
      else if (!channels.has(name)) {
        const own = typeof backend === 'string' && backend !== '' ? backend : backendOf(name);
        channels.set(name, { name, backend: own });
      }
    }
    if (channels.size === 0 && problems.length === 0) {
      problems.push({
        field,
        problem: refused.size
          ? `contain no usable name: ${[...refused].map(([name, reason]) => `${displayName(name)} ${reason}`).join(', ')}`
          : 'is empty: there is nothing to write',
      });
    }
  }
  return {
    channels: [...channels.values()],
    refused: Array.from(refused, ([name, reason]) => ({ name, reason })),
  };
}

function rangeField(query: JsonObject, problems: FieldProblem[]): PulseRange | undefined {
  const range = query.range as JsonObject | null | undefined;
  const field = 'data_api_request.range';
  if (typeof range !== 'object' || range === null) {
    problems.push({ field, problem: 'is missing or not an object' });
    return undefined;
  }
  const byTime = ['startDate', 'startSeconds'].some((key) => key in range);
  if (byTime) return undefined;
  const [start, end] = [range.startPulseId, range.endPulseId].map(pulseIdIn);
  if (start === undefined || end === undefined || end < start) {
    problems.push({ field, problem: 'has no startPulseId and endPulseId in order' });
    return undefined;
  }
  return { startPulseId: start, endPulseId: end };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
