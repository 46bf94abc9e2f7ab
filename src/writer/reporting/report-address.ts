/** Where a broker takes reports if nothing else is said: the port behind that of its stream. */
export function reportAddressFor(streamAddress: string): string {
  return streamAddress.replace(/\d+$/, (port) => String(Number(port) + 1));
}
