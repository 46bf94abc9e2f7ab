/**
 * The URL of a call of a data API.
 *
 * @param api its base, `http://host/api/1`, or where it takes queries, `http://host/api/1/query`
 * @param call e.g. `/query/mapping`
 * @param query of the call, encoded; what the base has of it stays
 */
export function endpointOf(api: string, call: string, query = ''): string {
  const url = new URL(api);
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/query$/, '') + call;
  if (query !== '') url.search = [url.search.slice(1), query].filter(Boolean).join('&');
  return url.href;
}
