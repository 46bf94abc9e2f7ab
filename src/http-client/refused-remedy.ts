interface Asker {
  /** Of the headers that it got, where it got any. */
  readonly headersFile: string | undefined;
  /** Whether it got user and password of its URL. */
  readonly hasUser: boolean;
}

/** What helps against a status of a server; undefined where it has nothing to do with who asks. */
export function refusedRemedy(status: number, { headersFile, hasUser }: Asker): string | undefined {
  if (headersFile !== undefined && (status === 401 || status === 403)) {
    return `it does not accept the headers in --data_api_headers_file ${headersFile}: renew them`;
  }
  if (status !== 401) return undefined;
  return hasUser
    ? 'it does not accept user and password of the URL'
    : '--data_api_headers_file names a file with the token that it wants';
}
