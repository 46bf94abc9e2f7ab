/** The form of an acquisition by hand. */
export function AcquirePanel() {
  return <p>Acquire by hand</p>;
}
