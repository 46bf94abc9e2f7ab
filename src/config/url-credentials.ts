/**
 * A text with user and password of every URL removed: `http://***@host/query`. For everything that leaves
 * the process: logs, reports, error messages. Time grows with the text's length, whoever wrote it.
 */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/:\/\/[^\s/?#"'\\]*@/g, '://***@');
}

/** The header by which a server knows the user of a URL; none where the URL names no user. */
export function authorizationFor(url: string): { readonly authorization?: string } {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const words = [username, password].map(decodeURIComponent).join(':');
  return { authorization: `Basic ${Buffer.from(words).toString('base64')}` };
}
