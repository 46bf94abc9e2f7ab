import type { Metadata } from 'h5wasm/node';
import { CLASS } from './described-type.js';

/**
 * The type of elements that h5wasm has read: it asks HDF5 for little endian where all parts of a type
 * are big endian. Where only some are, each is as in the file.
 */
export function typeInMemory(type: Metadata): Metadata {
  const orders = new Set(ordersIn(type));
  return orders.size > 1 ? type : inLittleEndian(type);
}

/** Whether its parts are little endian, of those that have an order of bytes. */
function ordersIn(type: Metadata): boolean[] {
  switch (type.type) {
    case CLASS.compound:
      return type.compound_type!.members.flatMap(ordersIn);
    case CLASS.array:
      return ordersIn(type.array_type!);
    case CLASS.sequence:
      return ordersIn(type.vlen_type!);
    case CLASS.string:
      return type.vlen ? [true] : [];
    case CLASS.opaque:
    case CLASS.reference:
      return [];
    default:
      return [type.littleEndian];
  }
}

function inLittleEndian(type: Metadata): Metadata {
  const { compound_type, array_type, vlen_type } = type;
  return {
    ...type,
    littleEndian: true,
    ...(compound_type && {
      compound_type: {
        ...compound_type,
        members: compound_type.members.map((member) => ({ ...member, ...inLittleEndian(member) })),
      },
    }),
    ...(array_type && { array_type: inLittleEndian(array_type) }),
    ...(vlen_type && { vlen_type: inLittleEndian(vlen_type) }),
  };
}
