/**
 * Whether another page is served by now than the one that is shown: after an upgrade.
 *
 * @throws TypeError where the server can't be reached
 */
export async function isUpdated(signal?: AbortSignal): Promise<boolean> {
  const reply = await fetch('/', { headers: { Accept: 'text/html' }, cache: 'no-store', signal });
  if (!reply.ok) return false;
  const newest = new DOMParser().parseFromString(await reply.text(), 'text/html');
  const [served, shown] = [newest, document].map((page) =>
    page.querySelector('script[type=module]')?.getAttribute('src'),
  );
  return served !== undefined && served !== null && served !== shown;
}
