import { existsSync, readFileSync } from 'node:fs';
import { inspectFile, readDataset } from '../../src/hdf5/read/inspect.js';
import type { Hdf5Library } from '../../src/hdf5/library/hdf5-library.js';
import type { RequestState } from './client.js';
import type { PlannedRequest } from './planned-request.js';
import type { Accepted } from './trail.js';
import { trueColumns } from './truth.js';

/** All that is known of one request in the end. */
export interface Outcome {
  readonly accepted: Accepted;
  readonly plan: PlannedRequest;
  readonly told: RequestState;
}

/** Findings on one output file. */
export interface FileFinding {
  readonly violations: readonly string[];
  /** Values that were compared. */
  readonly values: number;
  /** The request whose file it is. */
  readonly of?: PlannedRequest;
}

/**
 * Whether an output file and its error file are what the requests for it ask for: the newest one that
 * was written has its file, the newest one that failed after it has its error file.
 *
 * @param outcomes of the requests for the file, in the order in which they were accepted
 */
export function checkFile(
  library: Hdf5Library,
  outcomes: readonly Outcome[],
  failed: ReadonlyMap<string, string>,
): FileFinding {
  const { outputFile } = outcomes[0].accepted;
  const newest = outcomes.findLastIndex(({ told }) => told.state === 'written');
  const failure = outcomes.slice(newest + 1).findLast(({ told }) => told.state === 'failed');
  const violations = checkErrorFile(outputFile, failure, failed);
  if (newest < 0) {
    if (existsSync(outputFile))
      violations.push(`${outputFile} is there, and no request was written`);
    return { violations, values: 0 };
  }
  const { plan } = outcomes[newest];
  if (!existsSync(outputFile)) {
    violations.push(`${outputFile} is not there, and request ${plan.number} was written`);
    return { violations, values: 0 };
  }
  const { differences, values } = compare(library, outputFile, plan);
  violations.push(...differences.map((text) => `${outputFile} of request ${plan.number}: ${text}`));
  return { violations, values, of: plan };
}

/** @param failed error files of the writers' own, by their request's line */
function checkErrorFile(
  outputFile: string,
  failure: Outcome | undefined,
  failed: ReadonlyMap<string, string>,
): string[] {
  const path = `${outputFile}.err`;
  const beside = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (!failure) return beside === undefined ? [] : [`${path} is there, and nothing failed since`];
  const { accepted, plan } = failure;
  const hadNoRoom = plan.disk === 'full disk' || plan.onFillingDisk === true;
  if (beside === undefined && hadNoRoom && failed.has(accepted.line)) return [];
  if (beside === undefined) {
    const elsewhere = failed.get(accepted.line);
    const where = elsewhere === undefined ? '' : `: its line is in ${elsewhere}`;
    return [`${path} is not there, and request ${plan.number} failed${where}`];
  }
  return beside === accepted.line ? [] : [`${path} has not the line of request ${plan.number}`];
}

function compare(library: Hdf5Library, path: string, plan: PlannedRequest) {
  const expected = trueColumns(plan);
  const differences: string[] = [];
  let values = 0;
  const there = inspectFile(library, path)
    .groups.map((group) => group.path)
    .filter((group) => group.startsWith('/data/'))
    .map((group) => group.slice('/data/'.length));
  if ([...there].sort().join() !== [...expected.keys()].sort().join()) {
    return { differences: [`has the channels ${there.join(', ')}`], values };
  }
  for (const [name, columns] of expected) {
    for (const [column, truth] of Object.entries(columns)) {
      const found = readDataset(library, path, `/data/${name}/${column}`);
      const at = truth.findIndex(
        (value: unknown, index: number) => !Object.is(value, found[index]),
      );
      values += truth.length;
      if (found.length !== truth.length) {
        differences.push(`${name}/${column} has ${found.length} values instead of ${truth.length}`);
      } else if (at >= 0) {
        differences.push(
          `${name}/${column} differs at ${at}: ${found[at]} instead of ${truth[at]}`,
        );
      }
    }
  }
  return { differences, values };
}
