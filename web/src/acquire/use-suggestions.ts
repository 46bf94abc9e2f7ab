import { useCallback } from 'react';
import { broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { useLoaded } from '../api/use-loaded.js';

/** A channel that the broker's list or the data API has. */
export interface Suggestion {
  readonly name: string;
  readonly backend?: string;
}

export interface Suggestions {
  readonly channels: readonly Suggestion[];
  /** Whether there are more that fit. */
  readonly isCut: boolean;
  /** Why none can be found, or not all. */
  readonly problem?: string;
}

const NONE: Suggestions = { channels: [], isCut: false };
const SHOWN = 50;
/** While somebody types, nothing is asked. */
const PAUSE_MS = 150;

/** Channels whose names have a text in them; none for none. */
export function useSuggestions(text: string): Suggestions {
  const { value, error } = useLoaded(
    useCallback((signal: AbortSignal) => suggestionsFor(text, signal), [text]),
  );
  if (error !== undefined) return { ...NONE, problem: messageOf(error) };
  return value ?? NONE;
}

/** @throws Error with the broker's sentence */
async function suggestionsFor(text: string, signal: AbortSignal): Promise<Suggestions> {
  if (text === '') return NONE;
  await new Promise((resolve) => {
    setTimeout(resolve, PAUSE_MS);
  });
  signal.throwIfAborted();
  const { data, error } = await broker.GET('/channels', {
    params: { query: { search: text, limit: SHOWN } },
    signal,
  });
  if (!data) throw new Error(messageOf(error));
  return { channels: data.channels, isCut: data.more, problem: data.problem };
}
