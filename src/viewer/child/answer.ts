import { closeSync } from 'node:fs';
import { attributeValues } from '../../hdf5/browse/attributes.js';
import { BrowsedFile, below, tidyPath } from '../../hdf5/browse/browsed-file.js';
import { coverageOf } from '../../hdf5/browse/coverage.js';
import { CLASS } from '../../hdf5/browse/described-type.js';
import { Elements } from '../../hdf5/browse/elements.js';
import { describeEntity, describeMembers } from '../../hdf5/browse/entities.js';
import { BadQuestion } from '../../hdf5/browse/errors.js';
import type { GivenFiles } from '../../hdf5/browse/given-files.js';
import { parseSelection } from '../../hdf5/browse/selection.js';
import { RunningStatistics } from '../../hdf5/browse/statistics.js';
import type { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { exactJson } from '../../request/exact-json.js';
import type { ServedFiles, ViewCall } from '../messages.js';
import { channelCsv } from './channel-csv.js';
import { dataReply } from './data-reply.js';
import { listFolder } from './folder-list.js';
import { jsonText } from './formats/json-text.js';
import { type Reply, jsonReply, textPieces } from './reply.js';
import { openServedFile } from './served-file.js';

/** A reply under way, and what it holds open. */
export interface OpenReply extends Reply {
  /** Once, however it ends. @throws Hdf5Failure */
  close(): void;
  /** Whether HDF5 holds on to something for ever. */
  readonly isSpent: boolean;
}

const NOTHING = new Uint8Array(0);
/** Characters of a list of objects, each of which takes a while, at once. */
const MEMBERS_PIECE = 64 * 1024;

/**
 * Answers a call, as far as its first piece.
 *
 * @throws FileNotFound, FileNotServed, NotHdf5, NoSuchPath, LinkUnresolved, BadQuestion, NotReadableHere,
 *   Hdf5Failure
 */
export function answer(
  call: ViewCall,
  served: ServedFiles,
  library: Hdf5Library,
  files: GivenFiles,
): OpenReply {
  if (call.what === 'list') {
    const list = listFolder(call.folder, served);
    return { ...jsonReply([exactJson(list)]), close: () => undefined, isSpent: false };
  }
  const fd = openServedFile(call.file, served);
  let file: BrowsedFile | undefined;
  const close = () => {
    try {
      file?.close();
    } finally {
      closeSync(fd);
    }
  };
  try {
    const opened = BrowsedFile.open(library, files, fd);
    file = opened;
    return {
      ...replyOf(opened, call),
      close,
      get isSpent() {
        return opened.isSpent;
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function replyOf(file: BrowsedFile, call: Exclude<ViewCall, { what: 'list' }>): Reply {
  switch (call.what) {
    case 'meta':
      return jsonReply(metaTexts(file, tidyPath(call.path), call.links), MEMBERS_PIECE);
    case 'paths':
      return jsonReply(pathTexts(file, tidyPath(call.path)));
    case 'attr': {
      const path = tidyPath(call.path);
      file.objectAt(path);
      const texts = Object.entries(attributeValues(file, path, call.names)).map(
        ([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`,
      );
      return jsonReply(commaList('{', texts, '}'));
    }
    case 'data':
      return dataReply(file, datasetPath(file, call.path), call);
    case 'stats':
      return statsReply(file, datasetPath(file, call.path), call.selection);
    case 'csv':
      return channelCsv(file, call.file, call.path);
    default:
      return coverageReply(file, call);
  }
}

function* metaTexts(
  file: BrowsedFile,
  path: string,
  links: (ViewCall & { what: 'meta' | 'paths' })['links'],
): Generator<string> {
  const entity = describeEntity(file, path, links);
  const own = JSON.stringify(entity);
  if (entity.kind !== 'group') {
    yield own;
    return;
  }
  yield `${own.slice(0, -1)},"children":`;
  yield* commaList('[', textsOf(describeMembers(file, path, links)), ']');
  yield '}';
}

function* textsOf(objects: Iterable<object>): Generator<string> {
  for (const object of objects) yield JSON.stringify(object);
}

/** The group's own path, then all below. */
function pathTexts(file: BrowsedFile, path: string): Iterable<string> {
  if (file.objectAt(path) !== 'group') throw new BadQuestion(`${path} is not a group.`);
  const names = file.namesIn(path, true);
  return commaList(
    '[',
    [path, ...names.map((name) => below(path, name))].map((each) => JSON.stringify(each)),
    ']',
  );
}

function* commaList(begin: string, texts: Iterable<string>, end: string): Generator<string> {
  let before = begin;
  for (const text of texts) {
    yield before + text;
    before = ',';
  }
  yield before === begin ? begin + end : end;
}

function datasetPath(file: BrowsedFile, path: string): string {
  const tidy = tidyPath(path);
  const kind = file.objectAt(tidy);
  if (kind !== 'dataset')
    throw new BadQuestion(`${tidy} is a ${kind}, and only datasets have values.`);
  return tidy;
}

function statsReply(file: BrowsedFile, path: string, selection: string | undefined): Reply {
  const elements = new Elements(file, path);
  const numeric = [CLASS.integer, CLASS.float, CLASS.enumeration];
  if (!numeric.includes(elements.type.type as never)) {
    throw new BadQuestion(`${path} has no numbers, of which there could be statistics.`);
  }
  const axes = parseSelection(selection, elements.shape);
  return timely(function* () {
    const statistics = new RunningStatistics();
    for (const block of elements.values(axes)) {
      statistics.add(block);
      yield;
    }
    return statistics.result();
  });
}

function coverageReply(file: BrowsedFile, call: ViewCall & { what: 'coverage' }): Reply {
  return timely(() =>
    coverageOf(file, call.channels, { start: call.start, stop: call.stop }, call.bins),
  );
}

/** The JSON of what a computation comes to; others get their turn between its steps. */
function timely(compute: () => Generator<void, object>): Reply {
  const pieces = function* () {
    const steps = compute();
    for (;;) {
      const { done, value } = steps.next();
      if (done) {
        yield* textPieces([exactJson(value)]);
        return;
      }
      yield NOTHING;
    }
  };
  return { ...jsonReply([]), pieces: pieces() };
}
