import { useEffect, useMemo, useState } from 'react';
import { messageOf } from '../api/message-of.js';
import { BINS, type Pulses } from './coverage.js';

/** Rows of a channel in each part of the asked range; undefined while that is not known. */
export type Bins = readonly number[];

/** Where the channels of a file have rows. */
export interface Coverage {
  readonly bins: ReadonlyMap<string, Bins>;
  /** Why it is not known. */
  readonly problem?: string;
}

/** Channels of one question; the server takes no more. */
const AT_ONCE = 100;
/** What is scrolled past is not asked about. */
const PAUSE_MS = 120;

/**
 * Asks where channels have rows, of those alone that are seen.
 *
 * @param file undefined where there is none to look into
 * @param names of the channels that are seen
 */
export function useCoverage(
  file: string | undefined,
  pulses: Pulses | undefined,
  names: readonly string[],
): Coverage {
  const [bins, setBins] = useState<ReadonlyMap<string, Bins>>(new Map());
  const [problem, setProblem] = useState<string>();
  const first = pulses?.first;
  const last = pulses?.last;
  const wanted = useMemo(() => names.filter((name) => !bins.has(name)), [names, bins]);
  useEffect(() => {
    if (file === undefined || first === undefined || last === undefined) return undefined;
    if (wanted.length === 0 || problem !== undefined) return undefined;
    const abort = new AbortController();
    const ask = () => {
      coverageOf(file, { first, last }, wanted.slice(0, AT_ONCE), abort.signal).then(
        (found) => setBins((before) => new Map([...before, ...found])),
        (error: unknown) => {
          if (!abort.signal.aborted) setProblem(messageOf(error));
        },
      );
    };
    const timer = setTimeout(ask, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [file, first, last, wanted, problem]);
  return { bins, problem };
}

interface CoverageReply {
  readonly channels: readonly { readonly name: string; readonly bins?: Bins }[];
}

/** @throws Error with the server's sentence, where it can't tell */
async function coverageOf(
  file: string,
  { first, last }: Pulses,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Bins>> {
  const query = new URLSearchParams({
    file,
    start_pulse_id: String(first),
    stop_pulse_id: String(last),
    bins: String(BINS),
  });
  for (const name of names) query.append('channel', name);
  const response = await fetch(`/files/coverage?${query.toString()}`, { signal });
  const reply: unknown = await response.json();
  if (!response.ok) throw new Error(messageOf(reply));
  const { channels } = reply as CoverageReply;
  // A channel that is not in the file has no rows anywhere.
  return new Map(channels.map(({ name, bins = [] }) => [name, bins]));
}
