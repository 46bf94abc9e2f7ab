import { InterleavedChannels } from '../../databuffer/interleaved-channels.js';
import type { DataSource, Question } from '../../databuffer/data-source.js';
import type { ReplyResult } from '../../databuffer/reply-result.js';
import { blockOf, type TestRow } from '../../hdf5/row-blocks.fixture.js';
import type { ElementType } from '../../encoding/element-type.js';
import type { ChannelFailure } from '../../report/errors.js';
import { Spool } from '../../rows/spool.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { ChannelHeader } from '../../rows/row-block.js';
import type { RowSink } from '../../rows/row-sink.js';

/** A channel as a source hands it on: each list of rows is a block. */
export interface ToldChannel {
  readonly name: string;
  readonly type?: ElementType;
  readonly shape?: readonly number[];
  readonly blocks: readonly (readonly TestRow[])[];
  readonly isLabelled?: boolean;
  /** What its report says besides. */
  readonly report?: Partial<ChannelReport>;
}

export type ToldAnswer = {
  readonly channels: readonly ToldChannel[];
} & Partial<Pick<ReplyResult, 'missing' | 'complete' | 'descriptions'>>;

/** A data source that answers one question after another as it is told; the last answer stays. */
export class ToldSource implements DataSource {
  readonly questions: Question[] = [];
  private readonly answers: readonly (ToldAnswer | Error)[];

  constructor(
    readonly url: string,
    ...answers: (ToldAnswer | Error)[]
  ) {
    this.answers = answers;
  }

  read(question: Question, sink: RowSink): Promise<ReplyResult> {
    const answer = this.answers[Math.min(this.questions.length, this.answers.length - 1)];
    this.questions.push(question);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(answered(answer, question, sink));
  }
}

function answered(answer: ToldAnswer, question: Question, sink: RowSink): ReplyResult {
  const { channels: asked, spoolPath, spillBuffer } = question;
  const names = asked.map(({ name }) => name);
  const { channels, missing = [], ...proofs } = answer;
  const spool = new Spool(spoolPath, spillBuffer);
  const inTurn = new InterleavedChannels(sink, names, spool);
  const told = channels.filter(({ name }) => names.includes(name));
  // The last one first: the others wait in the spool.
  for (const channel of told.toReversed()) handOn(channel, inTurn);
  inTurn.finish();
  spool.close();
  const reports = told.map((channel) => reportOf(channel, inTurn.failures.get(channel.name)));
  return {
    channels: reports,
    missing,
    notRequested: [],
    bytes: 1000,
    rows: reports.reduce((sum, { rows }) => sum + rows, 0),
    ...proofs,
  };
}

function handOn(channel: ToldChannel, sink: RowSink): void {
  const { name, type = 'float64', shape = [1], blocks, isLabelled } = channel;
  const header: ChannelHeader = { name, type, shape, ...(isLabelled && { isLabelled }) };
  const target = sink.openChannel(header);
  for (const block of blocks) target.append(blockOf(type, shape, block));
  target.close();
}

function reportOf({ name, blocks, report }: ToldChannel, refused?: ChannelFailure): ChannelReport {
  const rows = blocks.reduce((sum, block) => sum + block.length, 0);
  const { code = '', message = '' } = refused ?? {};
  return {
    name,
    rows: refused ? 0 : rows,
    problems: [],
    ...report,
    ...(refused && { failure: { code, message } }),
  };
}
