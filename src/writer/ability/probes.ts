import { withoutCredentials } from '../../config/url-credentials.js';
import type { Connections } from '../../databuffer/http/connections.js';
import { type JobOptions, apisOf } from '../job/job.js';
import type { FileWorker } from '../threads/file-worker.js';

type ProbedOptions = Pick<
  JobOptions,
  'dataApiUrl' | 'imageApiUrl' | 'certificates' | 'headersFile' | 'outputRoots' | 'rests'
>;

/** Tries, away from any request, whether files can be made in a folder and whether a data API answers. */
export class Probes {
  private readonly apis: readonly string[];
  private connections: Connections | undefined;

  /** @param files a worker of its own: a folder that hangs must not hold up anything else */
  constructor(
    private readonly options: ProbedOptions,
    private readonly files: FileWorker,
  ) {
    this.apis = apisOf(options);
  }

  /** All that a writer needs: its data APIs and its output roots. */
  get places(): readonly string[] {
    return [...this.apis.map(withoutCredentials), ...this.options.outputRoots];
  }

  /**
   * @param place a folder, or the URL of a data API without user and password
   * @throws when it can't be used, with the reason
   */
  async prove(place: string): Promise<void> {
    if (!isSource(place)) return this.files.call('proveFolder', place);
    const url = this.apis.find((api) => withoutCredentials(api) === place) ?? place;
    // Only loaded when something is wrong: the HTTP client takes up some MB of memory.
    const [{ Connections }, { HeadersFile }, { ServerRests }, { proveSource }] = await Promise.all([
      import('../../databuffer/http/connections.js'),
      import('../../http-client/headers-file.js'),
      import('../../databuffer/http/server-rests.js'),
      import('../../databuffer/prove-source.js'),
    ]);
    const { certificates, headersFile, rests: memory } = this.options;
    const rests = new ServerRests(this.apis, memory);
    // With a memory of its own: it has no warnings to tell.
    const headers = headersFile && new HeadersFile(headersFile.path, this.apis);
    this.connections ??= new Connections({ certificates, headers, rests });
    return proveSource(url, this.connections);
  }

  /** Ends what it had begun to use; it may be used again. */
  async rest(): Promise<void> {
    const { connections } = this;
    this.connections = undefined;
    await Promise.all([connections?.close(), this.files.close()]);
  }
}

/** Whether a place is a data API, not a folder. */
export function isSource(place: string): boolean {
  return /^https?:\/\//.test(place);
}
