import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { trailFiles } from '../../audit/companions.js';
import { realPath } from '../../filesystem/real-path.js';
import { OutputFileRefused } from '../../request/errors.js';

/** The files of the broker itself: they may be inside an output root, under several names. */
export class ReservedPaths {
  constructor(private readonly auditFile: string) {}

  /** @throws OutputFileRefused when one of some output files is one of the broker's own */
  refuse(asPosted: string, files: readonly string[]): void {
    const own = trailFiles(resolve(this.auditFile));
    // The writer puts an `.err` file beside what it can't write, and removes it when it can.
    const written = files.flatMap((file) => [file, `${file}.err`]);
    if (!haveOneInCommon(own, written)) return;
    throw new OutputFileRefused(asPosted, 'belongs to the audit trail: choose another name.');
  }
}

/**
 * Files that exist are told by what they are, under whatever name. Names are followed only where
 * both lists have some that lead to no file yet: that takes ten times as long as a look.
 */
function haveOneInCommon(some: readonly string[], others: readonly string[]): boolean {
  const [files, otherFiles] = [some, others].map((paths) => paths.map(fileAt));
  if (files.some((file) => file !== undefined && otherFiles.includes(file))) return true;
  if (!files.includes(undefined) || !otherFiles.includes(undefined)) return false;
  const names = some.map(realPath);
  return others.some((path) => names.includes(realPath(path)));
}

function fileAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
