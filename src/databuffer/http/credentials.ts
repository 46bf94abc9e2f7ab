import { authorizationFor } from '../../config/url-credentials.js';
import type { Headers } from '../../http-client/header-lines.js';
import type { HeadersFile } from '../../http-client/headers-file.js';
import { withhold } from '../../http-client/withhold.js';
import { HeadersUnusable } from '../errors.js';

/** What says to a server who asks, for one question. */
export class Credentials {
  private constructor(
    /** To be sent along. */
    readonly headers: Headers,
    private readonly fromFile: Headers,
    private readonly file: HeadersFile | undefined,
  ) {}

  /** Those of a URL and, for the servers that it is for, of a file. @throws HeadersUnusable */
  static async of(url: string, file?: HeadersFile): Promise<Credentials> {
    const ofUrl = authorizationFor(url);
    try {
      const fromFile = (await file?.headersFor(url)) ?? {};
      return new Credentials({ ...ofUrl, ...fromFile }, fromFile, file);
    } catch (error) {
      throw new HeadersUnusable(url, error as Error);
    }
  }

  /** What helps against a status; undefined where it has nothing to do with who asks. */
  remedyFor(status: number): string | undefined {
    const isRefused = status === 401 || status === 403;
    if (isRefused && Object.keys(this.fromFile).length > 0) {
      return `it does not accept the headers in --data_api_headers_file ${this.file!.path}: renew them`;
    }
    if (status !== 401) return undefined;
    return 'authorization' in this.headers
      ? 'it does not accept user and password of the URL'
      : '--data_api_headers_file names a file with the token that it wants';
  }

  /** A text of the server without what it repeats of the file. */
  withheldFrom(text: string): string {
    return withhold(text, this.fromFile);
  }
}
