/**
 * Where the channels of a file are: `data`, below the group `/data`; `root`, at its root, with nothing
 * beside them, as readers expect it that take each group there for a channel.
 */
export type OutputLayout = 'data' | 'root';

/** What is wrong with the `layout` of a write request; undefined where nothing is. */
export function layoutProblem(layout: unknown): string | undefined {
  if (layout === undefined || layout === 'root') return undefined;
  return 'must be root (channels at the root of the file), or left out (below /data)';
}
