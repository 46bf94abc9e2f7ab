/** Copies a text; also where a page without TLS may not use the clipboard. @throws Error with what to do instead */
export async function copyText(text: string): Promise<void> {
  // Browsers have it on secure origins alone, whatever its type says.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) {
    await clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  const before = document.activeElement;
  area.select();
  // No other way is there without TLS.
  const isCopied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!isCopied)
    throw new Error(
      'The browser does not let this page copy: open the request, and copy it there.',
    );
}
