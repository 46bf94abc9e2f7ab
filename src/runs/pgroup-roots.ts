import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { namesIfThere } from '../filesystem/names-if-there.js';
import { InvalidRunName } from './errors.js';
import { pgroupProblem } from './names.js';

/** A pgroup's raw folder that exists. */
export interface PgroupFolder {
  readonly beamline: string;
  readonly pgroup: string;
  readonly raw: string;
}

/**
 * Where the raw folders of pgroups lie, by a template as `/sf/{beamline}/data/{pgroup}/raw`.
 *
 * Where the template does not name the beamline, all beamlines share the folders, and a pgroup counts to the
 * first of them.
 */
export class PgroupRoots {
  /** @param template absolute, with `{pgroup}` in it */
  constructor(
    private readonly template: string,
    private readonly beamlines: readonly string[],
  ) {}

  /** @throws InvalidRunName for a pgroup that could lead elsewhere */
  rawFolder(beamline: string, pgroup: string): string {
    const problem = pgroupProblem(pgroup);
    if (problem !== undefined) throw new InvalidRunName('pgroup', problem);
    return filled(this.template, beamline, pgroup);
  }

  /**
   * The raw folders of a pgroup that exist: usually one, and several where beamlines share a pgroup.
   *
   * @throws InvalidRunName; NodeJS.ErrnoException
   */
  async find(pgroup: string, beamline?: string): Promise<PgroupFolder[]> {
    const candidates = this.asked(beamline).map((each) => ({
      beamline: each,
      pgroup,
      raw: this.rawFolder(each, pgroup),
    }));
    return existing(candidates);
  }

  /**
   * All pgroups that have a raw folder. Looks at each folder of the level where pgroups lie.
   *
   * @throws NodeJS.ErrnoException
   */
  async list(beamline?: string): Promise<PgroupFolder[]> {
    const parts = this.template.split(sep);
    const level = parts.findIndex((part) => part.includes('{pgroup}'));
    const [before, after] = parts[level].split('{pgroup}', 2);
    const found = await Promise.all(
      this.asked(beamline).map(async (each) => {
        const names = await namesIfThere(filled(parts.slice(0, level).join(sep) || sep, each, ''));
        return names
          .filter((name) => name.startsWith(before) && name.endsWith(after))
          .map((name) => name.slice(before.length, name.length - after.length))
          .filter((pgroup) => pgroupProblem(pgroup) === undefined)
          .map((pgroup) => ({ beamline: each, pgroup, raw: this.rawFolder(each, pgroup) }));
      }),
    );
    return existing(found.flat());
  }

  private asked(beamline: string | undefined): string[] {
    if (beamline !== undefined) return [beamline];
    return this.template.includes('{beamline}') ? [...this.beamlines] : this.beamlines.slice(0, 1);
  }
}

function filled(template: string, beamline: string, pgroup: string): string {
  return template.replaceAll('{beamline}', () => beamline).replaceAll('{pgroup}', () => pgroup);
}

async function existing(candidates: readonly PgroupFolder[]): Promise<PgroupFolder[]> {
  const there = await Promise.all(candidates.map(({ raw }) => isFolder(join(raw, '.'))));
  return candidates.filter((_, index) => there[index]);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
