/** Everything that is known of a request. */
export function RequestPanel({ id }: { readonly id: string }) {
  return <p>{id}</p>;
}
