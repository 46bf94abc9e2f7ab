import type { Metadata } from 'h5wasm/node';

/** HDF5's numbers of its classes of types. */
export const CLASS = {
  integer: 0,
  float: 1,
  time: 2,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enumeration: 8,
  sequence: 9,
  array: 10,
} as const;

const SIGNED = 1;
const LITTLE_ENDIAN = 0;
const BIG_ENDIAN = 1;

/** A type as h5grove describes it, with HDF5's numbers. */
export interface DescribedType {
  readonly class: number;
  /** Bytes. */
  readonly size: number;
  /** As numpy writes it. */
  readonly dtype: string | readonly (readonly [string, unknown])[];
  readonly [more: string]: unknown;
}

/** Describes a type for whoever shows it. */
export function describeType(type: Metadata): DescribedType {
  const { type: number, size } = type;
  const basics = { class: number, size, dtype: numpyName(type) };
  switch (number) {
    case CLASS.integer:
      return { ...basics, order: orderOf(type), sign: type.signed ? SIGNED : 0 };
    case CLASS.float:
    case CLASS.bitfield:
      return { ...basics, order: orderOf(type) };
    case CLASS.string:
      return { ...basics, cset: type.cset, strPad: type.strpad, vlen: type.vlen };
    case CLASS.opaque:
      return { ...basics, tag: '' };
    case CLASS.compound:
      return {
        ...basics,
        members: type.compound_type!.members.map((member) => ({
          name: member.name,
          ...describeType(member),
        })),
      };
    case CLASS.enumeration:
      return { ...basics, members: type.enum_type!.members, base: describeType(baseOf(type)) };
    case CLASS.sequence:
      return { ...basics, base: describeType(type.vlen_type!) };
    case CLASS.array:
      return {
        ...basics,
        dims: type.array_type!.shape ?? [],
        base: describeType(type.array_type!),
      };
    default:
      return basics;
  }
}

/** The integers that an enumeration is made of. */
export function baseOf(type: Metadata): Metadata {
  return { ...type, type: type.enum_type!.type, enum_type: undefined };
}

/** Whether it is h5py's bool. */
export function isBool({ type, enum_type }: Metadata): boolean {
  if (type !== CLASS.enumeration) return false;
  const { members } = enum_type!;
  return Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
}

/** A compound of two equal floats, `r` and `i`: h5py's complex numbers. */
export function isComplex({ type, size, compound_type }: Metadata): boolean {
  if (type !== CLASS.compound || compound_type!.members.length !== 2) return false;
  const [real, imaginary] = compound_type!.members;
  return (
    [real, imaginary].every((part) => part.type === CLASS.float && part.size === size / 2) &&
    real.name === 'r' &&
    imaginary.name === 'i'
  );
}

/** Whether the size of an element is not in its type: its values lie elsewhere. */
export function isVariable({ type, vlen, compound_type, array_type }: Metadata): boolean {
  if (type === CLASS.string) return vlen;
  if (type === CLASS.sequence) return true;
  if (type === CLASS.compound) return compound_type!.members.some(isVariable);
  return type === CLASS.array && isVariable(array_type!);
}

/** A type's name as numpy has it. @param order of bytes: the file's own, or little endian */
export function numpyName(type: Metadata, order: 'own' | 'little' = 'own'): DescribedType['dtype'] {
  const { size } = type;
  const sign = size === 1 ? '|' : type.littleEndian || order === 'little' ? '<' : '>';
  switch (type.type) {
    case CLASS.integer:
      return `${sign}${type.signed ? 'i' : 'u'}${size}`;
    case CLASS.bitfield:
      return `${sign}u${size}`;
    case CLASS.float:
      return `${sign}f${size}`;
    case CLASS.string:
      return type.vlen ? '|O' : `|S${size}`;
    case CLASS.enumeration:
      return isBool(type) ? '|b1' : numpyName(baseOf(type), order);
    case CLASS.array:
      return numpyName(type.array_type!, order);
    case CLASS.compound:
      if (isComplex(type)) {
        const [part] = type.compound_type!.members;
        return (numpyName(part, order) as string).replace(/f\d+/, `c${size}`);
      }
      return type.compound_type!.members.map((member) => [member.name, numpyName(member, order)]);
    case CLASS.reference:
    case CLASS.sequence:
      return '|O';
    default:
      return `|V${size}`;
  }
}

function orderOf({ littleEndian, size }: Metadata): number {
  return littleEndian || size === 1 ? LITTLE_ENDIAN : BIG_ENDIAN;
}
