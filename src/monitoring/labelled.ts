/** Counts under the values of one label, as a metric reads them. */
export function* labelled(
  label: string,
  counts: Iterable<readonly [value: string, count: number]>,
): Generator<readonly [Record<string, string>, number]> {
  for (const [value, count] of counts) yield [{ [label]: value }, count];
}
