import type { ChannelReport, Problem } from '../../report/channel-report.js';
import type { Failure } from '../../report/failure.js';
import { sameShape } from '../../rows/row-block.js';
import { otherShape } from '../blocks/shape-votes.js';
import type { FoundType } from './channel-reader.js';
import type { ChannelTask } from './channel-task.js';
import type { KnownChannel } from './known-channels.js';

/** What became of a channel: closes it in the sink. @param known what its server says of it beside its data */
export function finish({ reader, error }: ChannelTask, known?: KnownChannel): ChannelReport {
  const { type, shape = [] } = known ?? {};
  // As rows of scalars have it.
  const declared = type && { type, shape: shape.length === 0 ? [1] : shape };
  return reader.finish(declared, error && failureFrom(error));
}

/** A report with what does not agree with what a server says of the channel beside its data. */
export function checked(
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
