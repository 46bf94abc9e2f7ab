import {
  attributeMessage,
  compoundType,
  DATATYPE,
  type Elements,
  fixedText,
  type Message,
} from '../format/header-messages.js';

/*
 * Attributes of the HDF5 Dimension Scale Specification 1.0, by which xarray, netCDF and h5py know which
 * axis belongs to a dimension.
 */

/** An element of the list of what an axis belongs to: the object, the dimension, and nothing. */
const LISTED = { size: 16, dimension: 8 } as const;
const LISTED_TYPE = compoundType(LISTED.size, [
  { name: 'dataset', offset: 0, type: DATATYPE.reference },
  { name: 'dimension', offset: LISTED.dimension, type: DATATYPE.int32 },
]);

/** What makes a dataset an axis. */
export function scaleAttributes(name: string): Message[] {
  return [
    attributeMessage('CLASS', fixedText('DIMENSION_SCALE')),
    attributeMessage('NAME', fixedText(name)),
  ];
}

/** What a dataset of one dimension has whose axis it is. @param axis a reference to it */
export function dimensionList(axis: Elements): Message {
  return attributeMessage('DIMENSION_LIST', axis);
}

/** What the axis has. @param addresses of the headers of these datasets, up to 4000 */
export function referenceList(addresses: readonly number[]): Message {
  const bytes = Buffer.alloc(LISTED.size * addresses.length);
  for (const [i, address] of addresses.entries())
    bytes.writeBigUInt64LE(BigInt(address), LISTED.size * i);
  const elements = { datatype: LISTED_TYPE, shape: [addresses.length], bytes };
  return attributeMessage('REFERENCE_LIST', elements);
}
