import type { Filter, Metadata } from 'h5wasm/node';
import type { H5 } from '../library/h5.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import { LinkUnresolved, NoSuchPath } from './errors.js';
import type { GivenFiles } from './given-files.js';

export type ObjectKind = 'group' | 'dataset' | 'datatype' | 'soft_link' | 'external_link' | 'other';

const KINDS: Readonly<Record<number, ObjectKind>> = {
  0: 'group',
  1: 'dataset',
  2: 'datatype',
  3: 'soft_link',
  4: 'external_link',
};

/** A file of any origin that is looked at: its objects by path. Links out of it are never followed. */
export class BrowsedFile {
  private hasFailed = false;

  private constructor(
    private readonly library: Hdf5Library,
    private readonly files: GivenFiles,
    private readonly given: string,
    private readonly id: bigint,
    /** Open for reading; the caller's to close. */
    readonly fd: number,
  ) {}

  /** @throws Hdf5Failure */
  static open(library: Hdf5Library, files: GivenFiles, fd: number): BrowsedFile {
    const given = files.give(fd);
    try {
      const id = library.call(given, 'hdf5_read_failed', (h5) =>
        h5.open(given, h5.H5F_ACC_RDONLY, false, -1, -1),
      );
      return new BrowsedFile(library, files, given, id, fd);
    } catch (error) {
      files.takeBack(given);
      throw error;
    }
  }

  /** @throws Hdf5Failure */
  close(): void {
    this.files.takeBack(this.given);
    this.call((h5, id) => h5.close_file(id));
  }

  /** Calls HDF5 for this file. @throws Hdf5Failure */
  call<T>(action: (h5: H5, id: bigint) => T): T {
    return this.library.call(this.given, 'hdf5_read_failed', (h5) => action(h5, this.id));
  }

  /** Whether HDF5 failed at something that was to be expected, and may hold on to it. */
  get isSpent(): boolean {
    return this.hasFailed;
  }

  /** What lies at a path; a link only where it leads nowhere that can be seen. Undefined: nothing. */
  kindAt(path: string): ObjectKind | undefined {
    try {
      const { kind } = this.call((h5, id) => ({ kind: h5.get_type(id, path) }));
      return kind < 0 ? undefined : (KINDS[kind] ?? 'other');
    } catch (error) {
      // Links that lead to each other, or out of the file by way of another link.
      this.hasFailed = true;
      if (this.softTarget(path) === undefined) throw error;
      return 'soft_link';
    }
  }

  /** @throws NoSuchPath, LinkUnresolved */
  objectAt(path: string): 'group' | 'dataset' | 'datatype' {
    const kind = this.reach(path);
    if (kind === 'soft_link') throw new LinkUnresolved(path, 'soft');
    if (kind === 'external_link') throw new LinkUnresolved(path, 'external');
    if (kind === 'other') throw new NoSuchPath(path);
    return kind;
  }

  /** What lies at a path of anybody's, as `kindAt` says it. @throws NoSuchPath, LinkUnresolved on the way there */
  reach(path: string): ObjectKind {
    if (path.includes('\0')) throw new NoSuchPath(path.replaceAll('\0', '\\0'));
    for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      const way = path.slice(0, end);
      const kind = this.kindAt(way);
      if (kind === 'soft_link') throw new LinkUnresolved(way, 'soft');
      if (kind === 'external_link') throw new LinkUnresolved(way, 'external');
      if (kind !== 'group') throw new NoSuchPath(path);
    }
    const kind = this.kindAt(path);
    if (kind === undefined) throw new NoSuchPath(path);
    return kind;
  }

  /** Where a soft link leads; undefined for anything else. */
  softTarget(path: string): string | undefined {
    return this.call((h5, id) => h5.get_symbolic_link(id, path)) ?? undefined;
  }

  externalTarget(path: string): { filename?: string; obj_path?: string } {
    return this.call((h5, id) => h5.get_external_link(id, path));
  }

  /** Names in a group, in HDF5's order; with those of all groups below as paths from there. */
  namesIn(group: string, recursive = false): string[] {
    return this.call((h5, id) => h5.get_names(id, group, recursive));
  }

  datasetAt(path: string): Metadata {
    return this.call((h5, id) => h5.get_dataset_metadata(id, path));
  }

  datatypeAt(path: string): Metadata {
    return this.call((h5, id) => h5.get_datatype_metadata(id, path));
  }

  filtersOf(dataset: string): Filter[] {
    return this.call((h5, id) => h5.get_dataset_filters(id, dataset));
  }

  attributeNames(path: string): string[] {
    return this.call((h5, id) => h5.get_attribute_names(id, path));
  }

  attributeAt(path: string, name: string): Metadata {
    return this.call((h5, id) => h5.get_attribute_metadata(id, path, name));
  }

  /** Where the object header of an object lies in the file, from the end of its user block. */
  addressOf(path: string): number {
    const reference = this.call((h5, id) => h5.create_object_reference(id, path));
    return Number(Buffer.from(reference).readBigUInt64LE());
  }
}

/** The path of a name in a group. */
export function below(group: string, name: string): string {
  return group.endsWith('/') ? `${group}${name}` : `${group}/${name}`;
}

/** A path as HDF5 has it: from the root, without empty parts. */
export function tidyPath(path: string): string {
  return `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}
