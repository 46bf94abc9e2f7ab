/**
 * Puts right what H5Web tells screen readers: buttons that are checked are no tabs, and tabs want a list of
 * tabs around them. Goes on for what it draws later.
 *
 * @returns ends it
 */
export function mendRoles(root: Element): () => void {
  let frame: number | undefined;
  const mend = () => {
    frame = undefined;
    for (const tab of root.querySelectorAll('[role="tab"]')) {
      const { parentElement } = tab;
      if (tab.hasAttribute('aria-checked')) {
        tab.setAttribute('role', 'radio');
        parentElement?.setAttribute('role', 'radiogroup');
      } else if (!tab.closest('[role="tablist"]')) {
        parentElement?.setAttribute('role', 'tablist');
      }
    }
  };
  const observer = new MutationObserver(() => {
    frame ??= requestAnimationFrame(mend);
  });
  observer.observe(root, { childList: true, subtree: true });
  mend();
  return () => {
    observer.disconnect();
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
