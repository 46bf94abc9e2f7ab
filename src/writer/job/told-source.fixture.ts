import type { DataSource, Question } from '../../databuffer/data-source.js';
import type { ReplyResult } from '../../databuffer/reply-result.js';
import { blockOf, type TestRow } from '../../hdf5/row-blocks.fixture.js';
import type { ElementType } from '../../encoding/element-type.js';
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

function answered(answer: ToldAnswer, { channels: asked }: Question, sink: RowSink): ReplyResult {
  const names = asked.map(({ name }) => name);
  const { channels, missing = [], ...proofs } = answer;
  const reports = channels
    .filter(({ name }) => names.includes(name))
    .map((channel) => handOn(channel, sink));
  return {
    channels: reports,
    missing,
    notRequested: [],
    bytes: 1000,
    rows: reports.reduce((sum, { rows }) => sum + rows, 0),
    ...proofs,
  };
}

function handOn(channel: ToldChannel, sink: RowSink): ChannelReport {
  const { name, type = 'float64', shape = [1], blocks, isLabelled, report } = channel;
  const rows = blocks.reduce((sum, block) => sum + block.length, 0);
  const header: ChannelHeader = { name, type, shape, ...(isLabelled && { isLabelled }) };
  const target = sink.openChannel(header);
  for (const block of blocks) target.append(blockOf(type, shape, block));
  target.close();
  return { name, rows, problems: [], ...report };
}
