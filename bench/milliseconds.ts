/** How long an action takes. */
export async function milliseconds(action: () => Promise<void> | void): Promise<number> {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}
