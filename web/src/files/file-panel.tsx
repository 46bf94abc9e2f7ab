/** A file in H5Web. */
export function FilePanel({ file }: { readonly file: string; readonly path?: string }) {
  return <p>{file}</p>;
}
