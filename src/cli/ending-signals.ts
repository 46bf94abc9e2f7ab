/**
 * Calls back at the first SIGINT, SIGTERM or SIGHUP; the last one says that the terminal was closed. A
 * second SIGINT ends the process at once. The others change nothing any more: they may come twice.
 *
 * @returns lets the signals be as they were
 */
export function onEndingSignal(end: () => void): () => void {
  let ending = false;
  const endOnce = () => {
    if (!ending) end();
    ending = true;
  };
  process.once('SIGINT', endOnce).on('SIGTERM', endOnce).on('SIGHUP', endOnce);
  return () => process.off('SIGINT', endOnce).off('SIGTERM', endOnce).off('SIGHUP', endOnce);
}
