/** Time limits of a download once it is connected; the whole of it may take as long as it likes. */
export interface DownloadLimits {
  /** From the request sent to the reply's headers: a server that computes first may take long. */
  readonly firstByteMs: number;
  /** Between two pieces of the reply. */
  readonly silenceMs: number;
  /** Between two values: blanks that keep coming are no progress. */
  readonly valueMs: number;
}

export const DEFAULT_DOWNLOAD_LIMITS: DownloadLimits = {
  firstByteMs: 60_000,
  silenceMs: 30_000,
  valueMs: 60_000,
};
