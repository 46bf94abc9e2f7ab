// Apart from what reads it: the main thread of a writer does without the HDF5 library.

/** An attribute, as JSON has it; whole numbers beyond 2^53 stay exact. */
export type ReadAttribute = string | number | bigint | readonly (string | number | bigint)[];

/** The texts of an attribute with one or several; an empty list without an attribute. */
export function attributeTexts(attribute: ReadAttribute | undefined): string[] {
  if (attribute === undefined) return [];
  return (Array.isArray(attribute) ? attribute : [attribute]).map(String);
}
