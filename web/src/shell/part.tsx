import { type ComponentType, lazy } from 'react';

/** A part of the page whose code is loaded on its own. */
export interface Part<Props> {
  readonly Component: ComponentType<Props>;
  /** Loads it before it is shown, so that it is there when the broker isn't. */
  readonly preload: () => void;
}

/**
 * Loads a part once. A load that failed stays so until the page is loaded again: browsers keep it, and of its
 * styles nothing would come with a second one.
 */
export function partOf<Props>(load: () => Promise<ComponentType<Props>>): Part<Props> {
  let loaded: Promise<{ default: ComponentType<Props> }> | undefined;
  const once = () => (loaded ??= load().then((component) => ({ default: component })));
  return {
    Component: lazy(once) as ComponentType<Props>,
    // Whoever opens the part is told why it is not there.
    preload: () => void once().catch(() => undefined),
  };
}
