import { type BrowsedFile, type ObjectKind, below } from './browsed-file.js';
import { type DescribedAttribute, describeAttributes } from './attributes.js';
import { type DescribedType, describeType } from './described-type.js';
import { NotReadableHere } from './errors.js';

/** Which links are shown as what they lead to: those that lead somewhere in the file, or none. */
export type LinkResolution = 'only_valid' | 'all' | 'none';

/** An object or link of a file, as h5grove describes it. */
export interface DescribedEntity {
  readonly name: string;
  readonly kind: ObjectKind;
  readonly attributes?: readonly DescribedAttribute[];
  readonly type?: DescribedType;
  readonly shape?: readonly number[] | null;
  readonly chunks?: readonly number[] | null;
  readonly filters?: readonly { readonly id: number; readonly name: string }[] | null;
  readonly target_path?: string;
  readonly target_file?: string;
}

/** So many members of a group are described with all that they have. */
const FULLY_DESCRIBED = 2000;
/** A list of more members takes minutes, and no viewer can show it. */
const MOST_MEMBERS = 100_000;

/** What lies at a path, without what is in it. @throws NoSuchPath, LinkUnresolved, Hdf5Failure */
export function describeEntity(
  file: BrowsedFile,
  path: string,
  links: LinkResolution,
): DescribedEntity {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const kind = file.reach(path);
  const isLink = kind === 'soft_link' || kind === 'external_link';
  const link =
    links === 'none' || (isLink && links === 'only_valid')
      ? describeLink(file, path, name)
      : undefined;
  if (link) return link;
  return described(file, path, name, file.objectAt(path), true);
}

/**
 * The members of a group, without what is in them. Beyond the first 2000 attributes and filters are left out: empty
 * and null.
 *
 * @throws NotReadableHere when there are over 100,000; Hdf5Failure
 */
export function* describeMembers(
  file: BrowsedFile,
  group: string,
  links: LinkResolution,
): Generator<DescribedEntity> {
  const names = file.namesIn(group);
  if (names.length > MOST_MEMBERS) {
    const reason = `it has ${names.length} members, and more than ${MOST_MEMBERS} can't be shown.`;
    throw new NotReadableHere(group, reason);
  }
  for (const [i, name] of names.entries()) {
    const path = below(group, name);
    const kind = file.kindAt(path) ?? 'other';
    const link =
      links === 'none' || kind === 'soft_link' || kind === 'external_link'
        ? describeLink(file, path, name)
        : undefined;
    yield link ?? described(file, path, name, kind, i < FULLY_DESCRIBED);
  }
}

function described(
  file: BrowsedFile,
  path: string,
  name: string,
  kind: ObjectKind,
  fully: boolean,
): DescribedEntity {
  const attributes = () => (fully ? describeAttributes(file, path) : []);
  switch (kind) {
    case 'group':
      return { name, kind, attributes: attributes() };
    case 'dataset': {
      const type = file.datasetAt(path);
      const filters = fully && type.chunks ? file.filtersOf(path) : [];
      return {
        name,
        kind,
        shape: type.shape,
        type: describeType(type),
        chunks: type.chunks,
        filters: filters.length === 0 ? null : filters.map(({ id, name }) => ({ id, name })),
        attributes: attributes(),
      };
    }
    case 'datatype':
      return { name, kind, type: describeType(file.datatypeAt(path)), attributes: attributes() };
    default:
      return { name, kind };
  }
}

function describeLink(file: BrowsedFile, path: string, name: string): DescribedEntity | undefined {
  if (path === '/') return undefined;
  const soft = file.softTarget(path);
  if (soft !== undefined) return { name, kind: 'soft_link', target_path: soft };
  const { filename, obj_path } = file.externalTarget(path);
  if (filename === undefined) return undefined;
  return { name, kind: 'external_link', target_file: filename, target_path: obj_path };
}
