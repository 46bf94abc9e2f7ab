import type { ChannelReport, Problem } from '../../../report/channel-report.js';
import type { ChannelFailure } from '../../../report/errors.js';
import type { Failure } from '../../../report/failure.js';
import type { Channel } from '../../../request/channel.js';
import { sameShape } from '../../../rows/row-block.js';
import { otherShape } from '../../blocks/shape-votes.js';
import { type DataSourceError, EmptyReply } from '../../errors.js';
import type { ChannelDescription, Expected, ReplyResult } from '../../reply-result.js';
import type { FoundType } from '../rows/channel-reader.js';
import type { KnownChannel } from '../search/channel-search.js';
import type { ChannelTask } from './channel-task.js';
import type { Lookup } from '../search/known-channels.js';

/** Closes a channel in the sink. @param known what its server says about it @returns its report */
export function finish({ reader, error }: ChannelTask, known?: KnownChannel): ChannelReport {
  const { type, shape = [] } = known ?? {};
  // As rows of scalars have it.
  const declared = type && { type, shape: shape.length === 0 ? [1] : shape };
  return reader.finish(declared, error && failureFrom(error));
}

/** What became of the channels of a question. */
export class Outcomes {
  /** By the place of their channels. */
  private readonly ended: ({ report: ChannelReport; found?: FoundType } | undefined)[] = [];
  private readonly errors = new Map<number, DataSourceError>();
  private readonly complete = new Set<string>();
  private readonly missing = new Set<string>();
  private inVain = 0;

  constructor(
    private readonly channels: readonly Channel[],
    private readonly expected: Expected,
  ) {}

  /** A channel was asked for. @throws the task's failure where the server has said nothing of so many, nor of any */
  countAsked({ wasAnswered, error }: ChannelTask, most: number): void {
    this.inVain = wasAnswered ? -Infinity : this.inVain + 1;
    if (this.inVain >= most && error) throw error;
  }

  /** Whether the server has said nothing of so many channels, nor of any. */
  isSilent(channels: number): boolean {
    return this.inVain >= channels;
  }

  /** The server does not know a channel. */
  addMissing({ name }: Channel): void {
    this.missing.add(name);
  }

  add(place: number, { channel, reader, state, error }: ChannelTask, report: ChannelReport): void {
    this.ended[place] = { report, found: reader.found };
    if (error) this.errors.set(place, error);
    if (state === 'complete') this.complete.add(channel.name);
  }

  /**
   * @param failures of channels that the sink refused
   * @throws EmptyReply where the server knows no channel of the request; the failure of a channel where all fail
   *   without a row
   */
  result(
    bytes: number,
    lookup: Lookup,
    failures: ReadonlyMap<string, ChannelFailure>,
  ): ReplyResult {
    const { channels, errors, complete, missing } = this;
    if (missing.size === new Set(this.expected.channels).size) throw new EmptyReply();
    const reports: ChannelReport[] = [];
    for (const [place, outcome] of this.ended.entries()) {
      if (outcome === undefined) continue;
      const { report, found } = outcome;
      const refused = failures.get(report.name);
      const failing = refused ? { ...report, failure: failureFrom(refused) } : report;
      reports.push(checked(failing, found, lookup.of(channels[place])));
    }
    const rows = reports.reduce((sum, report) => sum + report.rows, 0);
    if (rows === 0 && errors.size > 0 && errors.size === reports.length) throw this.firstError();
    return {
      channels: reports,
      missing: [...missing],
      notRequested: [],
      bytes,
      rows,
      complete,
      descriptions: this.descriptions(lookup),
    };
  }

  private descriptions(lookup: Lookup): Map<string, ChannelDescription> {
    const found = new Map<string, ChannelDescription>();
    for (const channel of this.channels) {
      const { units, description } = lookup.of(channel) ?? {};
      if (units !== undefined || description !== undefined) {
        found.set(channel.name, { units, description });
      }
    }
    return found;
  }

  /** In the order of channels; one that may not come again before others. */
  private firstError(): DataSourceError {
    const errors = [...this.errors].sort(([a], [b]) => a - b).map(([, error]) => error);
    return errors.find(({ transient }) => transient) ?? errors[0];
  }
}

/** A report with what does not agree with what a server says of the channel beside its data. */
function checked(
  report: ChannelReport,
  found: FoundType | undefined,
  known: KnownChannel | undefined,
): ChannelReport {
  if (found === undefined || known === undefined) return report;
  const { type, shape } = known;
  const count = Math.max(report.rows, 1);
  const problems: Problem[] = [...report.problems];
  if (type !== undefined && type !== found.type) {
    const example = `${found.type} in the data, ${type} declared`;
    problems.push({ code: 'type_differs', count, example });
  }
  if (shape !== undefined && !sameShape(shape, found.shape)) {
    problems.push({ code: 'shape_differs', count, example: otherShape(found.shape, shape) });
  }
  return { ...report, problems };
}

function failureFrom({ code, message }: Error & { readonly code: string }): Failure {
  return { code, message };
}
