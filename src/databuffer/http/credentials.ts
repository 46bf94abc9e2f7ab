import { authorizationFor } from '../../config/url-credentials.js';
import type { Headers } from '../../http-client/header-lines.js';
import type { HeadersFile } from '../../http-client/headers-file.js';
import { refusedRemedy } from '../../http-client/refused-remedy.js';
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
    const hasHeaders = Object.keys(this.fromFile).length > 0;
    return refusedRemedy(status, {
      headersFile: hasHeaders ? this.file?.path : undefined,
      hasUser: 'authorization' in this.headers,
    });
  }

  /** A text of the server without what it repeats of the file. */
  withheldFrom(text: string): string {
    return withhold(text, this.fromFile);
  }
}
