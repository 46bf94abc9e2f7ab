import {
  ConnectionFailed,
  CredentialsRefused,
  DataSourceError,
  EmptyReply,
  HeadersUnusable,
  HttpFailure,
  IncompleteReply,
  InvalidHttp,
  MalformedReply,
  RangeNotFinal,
  ServerError,
  ServerResting,
  TimedOut,
  TruncatedReply,
  UndecodableBody,
  UnmappedPulses,
  UnsupportedEncoding,
  UnusableRange,
} from '../../databuffer/errors.js';
import { OutputFileUnreachable } from '../../filesystem/errors.js';
import { ScatteredPulseIds } from '../../hdf5/extended/pulse-id-set.js';
import { Hdf5Failure } from '../../hdf5/library/hdf5-failure.js';
import { FileUnreadable, ReadingImpossible } from '../../hdf5/read/thread/errors.js';
import type { Failure } from '../../report/failure.js';
import { OutputFileRefused, RequestError } from '../../request/errors.js';
import {
  CannotWrite,
  FileSystemFailure,
  ShutDown,
  ThreadLost,
  UserIdNotApplied,
} from '../errors.js';
import {
  ChannelsWithoutData,
  DataNotThereYet,
  FewerRows,
  NoData,
  OutputDisturbed,
} from './errors.js';

/** Whose fault a failure may be, and whether its cause can pass. */
export type Blame = Required<Pick<Failure, 'faults' | 'passes'>>;

const REQUEST: Blame = { faults: ['request'], passes: false };
/** Of another process it may be taken. */
const OUT_OF_REACH: Blame = { faults: ['request', 'writer'], passes: false };
const SOURCE: Blame = { faults: ['source'], passes: true };
/** The source answers, and will answer the same. */
const BAD_REPLY: Blame = { faults: ['source'], passes: false };
/** The way to the source may be at fault as well. */
const NO_ANSWER: Blame = { faults: ['source', 'writer'], passes: true };
const FOLDER: Blame = { faults: ['folder', 'writer'], passes: true };
/** Resources of the process or its host. */
const WRITER: Blame = { faults: ['writer'], passes: true };
const WRITER_ALWAYS: Blame = { faults: ['writer'], passes: false };
/** Something broke over the request. */
const BROKEN: Blame = { faults: ['request', 'writer'], passes: false };

type Rule<E extends Error> = Blame | ((error: E) => Blame);
// oxlint-disable-next-line typescript/no-explicit-any -- constructors take what they like
type Kind<E extends Error> = abstract new (...args: any[]) => E;

function rule<E extends Error>(kind: Kind<E>, blame: Rule<E>) {
  return { kind, blame: blame as Rule<Error> };
}

/** The first that fits decides. */
const RULES = [
  rule(ConnectionFailed, NO_ANSWER),
  rule(TimedOut, NO_ANSWER),
  // The headers lie on the host of each writer.
  rule(CredentialsRefused, NO_ANSWER),
  rule(HeadersUnusable, WRITER),
  rule(HttpFailure, ({ transient }) => (transient ? SOURCE : REQUEST)),
  rule(ServerError, ({ transient }) => (transient ? SOURCE : REQUEST)),
  rule(InvalidHttp, ({ transient }) => (transient ? SOURCE : BAD_REPLY)),
  rule(ServerResting, SOURCE),
  rule(TruncatedReply, SOURCE),
  rule(IncompleteReply, SOURCE),
  rule(RangeNotFinal, SOURCE),
  rule(UndecodableBody, SOURCE),
  rule(MalformedReply, BAD_REPLY),
  rule(UnsupportedEncoding, BAD_REPLY),
  rule(UnmappedPulses, REQUEST),
  rule(UnusableRange, REQUEST),
  rule(EmptyReply, REQUEST),
  rule(DataNotThereYet, REQUEST),
  rule(NoData, REQUEST),
  rule(ChannelsWithoutData, REQUEST),
  rule(FewerRows, REQUEST),
  rule(ScatteredPulseIds, REQUEST),
  rule(OutputFileUnreachable, FOLDER),
  rule(OutputFileRefused, ({ mayDoElsewhere }) => (mayDoElsewhere ? OUT_OF_REACH : REQUEST)),
  rule(RequestError, REQUEST),
  rule(FileSystemFailure, FOLDER),
  rule(OutputDisturbed, FOLDER),
  rule(ReadingImpossible, WRITER),
  rule(FileUnreadable, ({ transient }) => (transient ? FOLDER : BROKEN)),
  rule(Hdf5Failure, ({ code }) => (code === 'disk_full' ? FOLDER : BROKEN)),
  // One that was never ready says nothing of the request.
  rule(ThreadLost, ({ wasReady }) => (wasReady ? BROKEN : WRITER)),
  rule(ShutDown, WRITER),
  rule(CannotWrite, WRITER_ALWAYS),
  rule(UserIdNotApplied, WRITER_ALWAYS),
];

/** Of a process that has no descriptors, memory or threads left, whatever failed for it. */
export const EXHAUSTION_BLAME = WRITER;

/** The one table of who may be at fault; an error that nobody expects may be anybody's but the data's. */
export function blameFor(error: unknown): Blame {
  const found = RULES.find(({ kind }) => error instanceof kind);
  if (found === undefined) return BROKEN;
  return typeof found.blame === 'function' ? found.blame(error as Error) : found.blame;
}

/** The data API or the folder in which something failed. */
export function placeOfFailure(
  error: unknown,
  { faults }: Blame,
  folder: string | undefined,
): string | undefined {
  if (error instanceof DataSourceError) return error.source;
  const isAboutFolder = faults.includes('folder') || error instanceof OutputFileRefused;
  return isAboutFolder ? folder : undefined;
}
