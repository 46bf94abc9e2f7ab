import { PulseMap } from '../../databuffer/api4/pulse-map.js';
import { Connections } from '../../databuffer/http/connections.js';
import { ServerRests } from '../../databuffer/http/server-rests.js';
import { DATA_SOURCES } from '../../databuffer/data-sources.js';
import { SourceMemory } from '../../databuffer/source-memory.js';
import { FileMaker } from '../../hdf5/handed/file-maker.js';
import type { Partnership } from '../../hdf5/handed/partnership.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import type { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { OutputRoots } from '../../filesystem/output-roots.js';
import { HeadersFile } from '../../http-client/headers-file.js';
import { untouchedMemory } from '../../rows/untouched-memory.js';
import { FailedFolder } from '../error-files/failed-folder.js';
import { TemporaryFiles } from '../state/temporary-files.js';
import type { Sources } from './ask-for-data.js';
import { type JobOptions, apisOf } from './job.js';

const MB = 1024 ** 2;
const DEFAULT_MEMORY_BUDGET = 48 * MB;
/** Tools of every job: HDF5 with its columns, pages of rows, buffers of connections. */
const BUFFERS = 42 * MB;
/** Larger arrays can't be allocated everywhere. */
const MAX_SPILL_BUFFER = 2048 * MB;

/** Tools that the jobs of a thread use one after another: making them takes longer than a small job. */
export class JobTools {
  readonly roots: OutputRoots;
  readonly temporaryFiles: TemporaryFiles;
  readonly failed: FailedFolder;
  /** What data APIs want to know of who asks, where that is in a file. */
  readonly headers: HeadersFile | undefined;
  readonly connections: Connections;
  readonly memory = new SourceMemory();
  readonly sources: Sources;
  /** For files of others, and of earlier attempts. */
  readonly reader = new FileReader();
  /** Memory for rows that wait, what the budget leaves; shared, as those of an extended file wait for its thread. */
  readonly spillBuffer: Uint8Array;
  readonly files: FileMaker;

  /** @param partnership with a thread that writes large files; without it this one writes all */
  constructor(
    readonly options: JobOptions,
    library: Hdf5Library,
    partnership?: Partnership,
  ) {
    this.files = new FileMaker(library, partnership);
    const { memoryBudget = DEFAULT_MEMORY_BUDGET } = options;
    const room = Math.max(memoryBudget - BUFFERS, Math.floor(memoryBudget / 8));
    this.spillBuffer = new Uint8Array(untouchedMemory(Math.min(room, MAX_SPILL_BUFFER)));
    const {
      dataApiUrl,
      dataApiProtocol = 'json',
      imageApiUrl,
      certificates,
      headersFile,
      channelsAtOnce,
    } = options;
    const apis = apisOf(options);
    const rests = new ServerRests(apis, options.rests);
    this.headers = headersFile && new HeadersFile(headersFile.path, apis, headersFile.seenMode);
    this.connections = new Connections({ certificates, headers: this.headers, rests });
    this.sources = {
      data: DATA_SOURCES[dataApiProtocol]({ url: dataApiUrl, channelsAtOnce }, this),
      ...(dataApiProtocol === 'api4' && {
        mapping: new PulseMap({ url: dataApiUrl, connections: this.connections }),
      }),
      withoutCameras: dataApiProtocol === 'api4',
      ...(imageApiUrl !== undefined && {
        images: DATA_SOURCES.binary({ url: imageApiUrl, mappingUrl: dataApiUrl }, this),
      }),
    };
    this.roots = new OutputRoots(options.outputRoots);
    this.failed = new FailedFolder(options.stateDirectory);
    this.temporaryFiles = new TemporaryFiles(options.stateDirectory);
  }
}
