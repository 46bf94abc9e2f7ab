/** Time limits of a download once there is a connection; there is none on the whole of it. */
export interface DownloadLimits {
  /** From the request sent to the reply's headers: a server that computes first may take long. */
  readonly firstByteMs: number;
  /** Between two pieces of the reply. */
  readonly silenceMs: number;
}

export const DEFAULT_DOWNLOAD_LIMITS: DownloadLimits = {
  firstByteMs: 60_000,
  silenceMs: 30_000,
};
