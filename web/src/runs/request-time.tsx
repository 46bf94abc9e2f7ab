/** When an acquisition was asked for, as its metadata has it: the broker's local time, without a zone. */
export function RequestTime({ time }: { readonly time: string }) {
  return <span title={`${time}, by the broker’s clock`}>{time.replace(/\.\d+$/, '')}</span>;
}
