import type { OutputLayout } from '../../request/output-layout.js';

/** The attribute of a file's root by which it says that its channels are there, and has `root` for it. */
export const LAYOUT_ATTRIBUTE = 'layout';

/** The path of the group that has a channel's datasets. */
export function channelGroup(layout: OutputLayout, name: string): string {
  return layout === 'root' ? `/${name}` : `/data/${name}`;
}
