import { SingleBar } from 'cli-progress';
import type { FoundRequest } from './request-states.js';

/** How acquiring a request again ended. */
export interface ReplayResult {
  /** As the broker or the writer calls it; `refused`, it was not taken; see {@link stateWith}. */
  readonly state: string;
  /** Its id, where it was recorded again. */
  readonly requestId?: string;
  readonly message?: string;
}

/** The name of a result; a file without a row is called empty. */
export function stateWith(state: string, rows: number | undefined): string {
  return state === 'written' && rows === 0 ? 'empty' : state;
}

const THERE = ['written', 'superseded', 'skipped'];

/** Outcomes of requests that are acquired again, with a progress bar on a terminal. */
export class ReplayResults {
  private readonly results = new Map<FoundRequest, ReplayResult>();
  private readonly recorded = new Map<FoundRequest, string>();
  private readonly bar = new SingleBar({
    format: 'acquiring again {bar} {value}/{total} requests, {duration_formatted}',
    barsize: 30,
    hideCursor: true,
  });

  constructor(private readonly selected: readonly FoundRequest[]) {
    this.bar.start(selected.length, 0);
  }

  /** A request was handed to the broker, which sees it through. */
  submitted(request: FoundRequest, requestId: string): void {
    this.recorded.set(request, requestId);
  }

  add(request: FoundRequest, result: ReplayResult): void {
    this.results.set(request, result);
    this.bar.update(this.results.size);
  }

  /** Whether the file of each request is there. */
  get complete(): boolean {
    return this.selected.every((each) => THERE.includes(this.results.get(each)?.state ?? ''));
  }

  /** Ends the bar. @returns a line for each request without file, and how many are in which state */
  finish(): string[] {
    this.bar.stop();
    const lines: string[] = [];
    const counts = new Map<string, number>();
    for (const each of this.selected) {
      const result = this.results.get(each) ?? this.unsettled(each);
      counts.set(result.state, (counts.get(result.state) ?? 0) + 1);
      if (!THERE.includes(result.state)) lines.push(lineOf(each, result));
    }
    const parts = [...counts].map(([state, count]) => `${count} ${state}`);
    return [...lines, `${this.selected.length} acquired again: ${parts.join(', ')}`];
  }

  private unsettled(request: FoundRequest): ReplayResult {
    const requestId = this.recorded.get(request);
    return requestId === undefined
      ? { state: 'not started' }
      : { state: 'open', requestId, message: 'the broker sees it through' };
  }
}

function lineOf({ path, request }: FoundRequest, { state, requestId, message }: ReplayResult) {
  const place = path ?? `line ${request.lineNumber} of ${request.file}`;
  const words = [state.padEnd(9), place, requestId].filter((word) => word !== undefined);
  return words.join('  ') + (message === undefined ? '' : `: ${message}`);
}
