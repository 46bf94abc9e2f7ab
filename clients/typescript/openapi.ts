// Made from clients/openapi.json by `npm run openapi`.

export interface paths {
  '/parameters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * 1. Set up an acquisition
     * @description Replaces parameters posted before; a start that came already stays. Keys that are not listed are accepted, kept and echoed.
     */
    post: operations['setParameters'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/start_pulse_id/{pulse_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * 2. Its first pulse
     * @description Every detector may send it. The same one again is harmless; another one replaces it. It may come before the parameters.
     */
    put: operations['setStartPulseId'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/stop_pulse_id/{pulse_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * 3. Its last pulse: the acquisition becomes write requests
     * @description The requests are in the audit trail when this is answered, and go to the next writer that is free. With nothing started it has no effect.
     */
    put: operations['setStopPulseId'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/stop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Give an acquisition up
     * @description Forgets parameters and start; nothing is written.
     */
    get: operations['giveUpAcquisition'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/acquisitions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Acquisitions without their stop, newest first
     * @description The last 1000 that were given up with GET /stop, or whose parameters were replaced, after their start had come.
     */
    get: operations['listAcquisitions'];
    put?: never;
    /**
     * Acquire pulses that are past
     * @description Parameters, first and last pulse in one call. The acquisition under way is left alone. The data must still be in the data buffer. The EPICS writer is told as of any acquisition. A caller that lost the answer asks again with the same Idempotency-Key, and nothing is recorded twice.
     */
    post: operations['acquirePast'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/acquisitions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One of them, with its parameters and channels */
    get: operations['getAcquisition'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/acquisitions/{id}/complete': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The stop that it lacks: it becomes write requests
     * @description As a stop does; the data has to be in the data buffer still. A file that was written under its name since is replaced.
     */
    post: operations['completeAcquisition'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Runs of a pgroup, newest first
     * @description As they are on disk, whoever made them. Without pgroup: the pgroups that this broker has made runs for.
     */
    get: operations['listRuns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/runs/{pgroup}/{run}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A run with all its files
     * @description Every acquisition with its files: their states, how much is in them, what is missing.
     */
    get: operations['getRun'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/runs/{pgroup}/{run}/wait': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Wait until all files of a run are settled
     * @description Answers as soon as nothing more becomes of its files, with settled true; else when the time is up, with settled false: then ask again. A file that failed and is tried again by itself is waited for; files that others write are not.
     */
    get: operations['waitForRun'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/requests': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Write requests, newest first
     * @description Of this broker and those before it on its trail: the last 100,000.
     */
    get: operations['listRequests'];
    put?: never;
    /**
     * Acquire again
     * @description Takes a write request as it stands in an audit trail or an .err file of any implementation: its JSON, or the whole line, also as text/plain. It is recorded as a new request, made now. A caller that lost the answer asks again with the same Idempotency-Key, and nothing is recorded twice. A file that is there and has more rows is kept, and the request fails with fewer_rows, unless force is true.
     */
    post: operations['submitRequest'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/requests/{request_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The whole history of a request */
    get: operations['getRequest'];
    put?: never;
    post?: never;
    /**
     * Cancel a request that waits or heals
     * @description It is never sent, through restarts too, and ends as recorded with cancelled true. No .err file is made; one that an earlier failure left stays.
     */
    delete: operations['cancelRequest'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/requests/{request_id}/line': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A request as it was recorded
     * @description Of the audit trail; POST /requests takes it to acquire the same again.
     */
    get: operations['getLine'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Events of requests as they happen
     * @description Server-sent events: `state`, a request came into another state; `progress`, of one that is written; the data is the request as GET /requests has it. One that is `failed` with `next_attempt` is tried again by itself; without, it is not, or not any more. `outage`, `stall` and `quarantine` are of delivery as a whole. `gap`: what was missed is not remembered. Readers that don’t keep up are dropped, and resume with Last-Event-ID.
     */
    get: operations['streamEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/advance_run_number': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Take the next run number of a pgroup
     * @description Each call takes one, and none is given twice, also where several brokers give them.
     */
    post: operations['advanceRunNumber'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_next_run_number': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The same, under the name of 2022: it takes a number */
    get: operations['getNextRunNumber'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_current_run_number': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The run number of a pgroup that was taken last; 0 before any */
    get: operations['getCurrentRunNumber'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_last_run_number': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The same, under the name of 2022 */
    get: operations['getLastRunNumber'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/close_pgroup_writing': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Close a pgroup for good
     * @description No run of it is acquired any more; what was accepted before is still written.
     */
    post: operations['closePgroupWriting'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the acquisition stands */
    get: operations['getStatus'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/statistics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Counts since the broker started */
    get: operations['getStatistics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/kill': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * End the broker process
     * @description Answers, then ends in order. The next start continues an acquisition that is under way.
     */
    get: operations['endBroker'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/log_level': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The least severe level that the broker logs */
    get: operations['getLogLevel'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/log_level/{log_level}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Log more or less, from now on
     * @description Until the next start. DEBUG has a line for each call. Broker and writers also take SIGUSR2, which switches between DEBUG and the level that was configured.
     */
    put: operations['setLogLevel'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Figures for Prometheus
     * @description docs/metrics.md says what each of them is.
     */
    get: operations['getMetrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the broker answers */
    get: operations['getLiveness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the broker can do its work
     * @description Trail writable, ports bound, room on disks, no live request open for an hour. A folder, a channel list or writers that are missing make it `degraded`: still ready. So do requests that heal, places that are down, jobs that make no progress and writers in quarantine, and a RabbitMQ that takes nothing (`queue`, in place of `output_port`): requests are recorded meanwhile.
     */
    get: operations['getReadiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/overview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The broker at a glance
     * @description The acquisition, the queue, writers with what they are doing, all that is wrong, and the throughput of the last 15 minutes: what the page at / shows.
     */
    get: operations['getOverview'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/acquisition': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The acquisition under way, with its parameters */
    get: operations['getPresentAcquisition'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/channels': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Channels by a part of their names
     * @description Of the channel list (--channels_file) and of the data API (--channel_search_url), as far as they are configured. Any other channel can be acquired as well.
     */
    get: operations['findChannels'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/meta': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * An object of a file, and what is in it
     * @description As h5grove answers it: H5Web reads files with this call and the next four. Only regular HDF5 files inside the output roots are read.
     */
    get: operations['getFileEntity'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/attr': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Values of an object's attributes */
    get: operations['getFileAttributes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Values of a dataset, or of a part of it
     * @description json: lists in lists; bin: the bytes alone; npy for numpy; tiff: one picture; csv: two dimensions at most. Integers beyond 2^53 are exact in all of them.
     */
    get: operations['getFileData'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/stats': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Statistics of a dataset, or of a part of it */
    get: operations['getFileStatistics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/paths': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Paths of all that is below an object */
    get: operations['getFilePaths'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/csv': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A channel as a table: pulse id, date, values
     * @description Scalars, texts and waveforms. A text that a spreadsheet would take for a formula has an apostrophe before it. Images have other formats: /files/data.
     */
    get: operations['getFileTable'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/files/coverage': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the rows of channels lie in a range of pulses */
    get: operations['getFileCoverage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/retrieve_from_buffers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Acquire pulses that are past, as a run
     * @description The run is on disk and its write requests are in the audit trail when this is answered; the files come later: GET /runs tells when they are there. The same again from the same address within 60 s gives the same reply and acquires nothing more, unless it has another Idempotency-Key.
     */
    post: operations['retrieveFromBuffers'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_pvlist': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The PVs that the beamline's EPICS buffer keeps */
    get: operations['getPvList'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/set_pvlist': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Replace that list
     * @description The EPICS buffer reads its file when it is started again. What the list was before is kept beside it, in backup.
     */
    post: operations['setPvList'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_allowed_detectors': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The detectors of the beamline
     * @description Those that the broker was told of with --detectors.
     */
    get: operations['getAllowedDetectors'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_allowed_detectors_list': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The same, under the name of 2022 */
    get: operations['getAllowedDetectorsList'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_running_detectors': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Which detectors run: not known here
     * @description This broker does not watch the modules of detectors, so all lists are empty.
     */
    get: operations['getRunningDetectors'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/get_running_detectors_list': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The same, under the name of 2022 */
    get: operations['getRunningDetectorsList'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/take_pedestal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Have pedestals of detectors taken
     * @description Handed on over --request_exchange. Whoever takes them writes to JF_pedestals in the pgroup's raw folder; its log says when they are done.
     */
    post: operations['takePedestal'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/power_on_detector': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Have a detector powered on
     * @description Handed on over --request_exchange.
     */
    post: operations['powerOnDetector'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/copy_user_files': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Keep files with a run
     * @description Copies them to aux in the run's folder (flat layout: aux/run_000007 in the folder that its files are in). A file that is there already is replaced. Files need the group of that folder, which may read them. Also on --slow_rest_port.
     */
    post: operations['copyUserFiles'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description The state of the acquisition, which every reply with a body has. */
    StatusReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
    };
    /** @enum {string} */
    AcquisitionStatus: 'stopped' | 'configured' | 'receiving';
    ParametersReply: {
      /** @constant */
      state: 'ok';
      /** @example configured */
      status: components['schemas']['AcquisitionStatus'];
      /** @description As they were posted, unknown keys included. */
      parameters: components['schemas']['AcquisitionParameters'];
    };
    /**
     * @description The parameters that DIA posts before an acquisition.
     *
     *     Keys that are not listed here are accepted, kept and echoed.
     */
    AcquisitionParameters: {
      /**
       * @description When the acquisition was set up; stored as /general/created.
       * @example 2026-11-24 10:15:00
       */
      'general/created': string;
      /**
       * @description For whom the data is taken; stored as /general/user.
       * @example p12345
       */
      'general/user': string;
      /**
       * @description The program that drives the acquisition; stored as /general/process.
       * @example DIA
       */
      'general/process': string;
      /**
       * @description Where the data is taken; stored as /general/instrument.
       * @example SARES20
       */
      'general/instrument': string;
      /**
       * @description The file to write, inside an output root; relative names go in the first writable one. Cameras go into a file of their own, X.IMAGES.h5 beside X.h5. /dev/null: write no file.
       * @example run_0001.h5
       */
      output_file: string;
      /** @description compact (default): each channel has its own rows. Anything else, null included, is the extended format: every channel has a row for every pulse id that any of them has. */
      output_file_format?: unknown;
      /**
       * @description Channels to write instead of the configured list: 50000 at most.
       * @example [
       *       "SIMULATOR-SCALAR-FLOAT64-1",
       *       "SIMULATOR-WAVEFORM-FLOAT32-1024-1"
       *     ]
       */
      channels?: string[] | null;
      /** @description Numeric user id of the file's owner; carried, not acted on. */
      user_id?: number | null;
    } & {
      [key: string]: unknown;
    };
    /** @description The pulses of an acquisition whose stop came late. */
    CompletedPulses: {
      /** @example 1000 */
      start_pulse_id: number;
      /** @example 1299 */
      stop_pulse_id: number;
      /**
       * @description When the call came, seconds since the epoch.
       * @example 1795515300.5
       */
      time: number;
    };
    AcquisitionHead: {
      /**
       * @description Its write requests would have it.
       * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
       */
      id: string;
      /**
       * @description The absolute name of its file.
       * @example /sf/data/run_0001.h5
       */
      output_file: string;
      /**
       * @description The last one that came.
       * @example 1000
       */
      start_pulse_id: number;
      /** @description Starts before that, oldest first: of several detectors each may send one. */
      earlier_starts: components['schemas']['EarlierStart'][];
      times: components['schemas']['AcquisitionTimes'];
      /** @enum {string} */
      why: 'given_up' | 'parameters_replaced';
      /** @example abandoned */
      state: components['schemas']['AcquisitionState'];
      completed?: components['schemas']['CompletedPulses'];
    };
    /** @description A start that another one replaced. */
    EarlierStart: {
      /** @example 998 */
      start_pulse_id: number;
      /**
       * @description When it came, seconds since the epoch.
       * @example 1795511700.25
       */
      time: number;
    };
    /** @description When things happened to an acquisition, seconds since the epoch. For people: nothing is decided by them. */
    AcquisitionTimes: {
      /**
       * @description When its parameters came.
       * @example 1795511698.5
       */
      parameters?: number;
      /**
       * @description When its start came.
       * @example 1795511700.75
       */
      start?: number;
      /**
       * @description When it was abandoned.
       * @example 1795511760.5
       */
      abandoned: number;
    };
    /**
     * @description `completed`: it got its stop later, and became write requests.
     * @enum {string}
     */
    AcquisitionState: 'abandoned' | 'completed';
    AcquisitionRecord: {
      /**
       * @description Its write requests would have it.
       * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
       */
      id: string;
      /**
       * @description The absolute name of its file.
       * @example /sf/data/run_0001.h5
       */
      output_file: string;
      /**
       * @description The last one that came.
       * @example 1000
       */
      start_pulse_id: number;
      /** @description Starts before that, oldest first: of several detectors each may send one. */
      earlier_starts: components['schemas']['EarlierStart'][];
      times: components['schemas']['AcquisitionTimes'];
      /** @enum {string} */
      why: 'given_up' | 'parameters_replaced';
      /** @description As they were posted. */
      parameters: components['schemas']['AcquisitionParameters'];
      /**
       * @description Names of the channels to write, cameras included.
       * @example [
       *       "SIMULATOR-SCALAR-FLOAT64-1",
       *       "SIMULATOR-WAVEFORM-FLOAT32-1024-1"
       *     ]
       */
      channels: string[];
      /** @example abandoned */
      state: components['schemas']['AcquisitionState'];
      completed?: components['schemas']['CompletedPulses'];
    };
    AcquisitionsReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /** @description Newest first. */
      acquisitions: components['schemas']['AcquisitionHead'][];
    };
    AcquisitionReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      acquisition: components['schemas']['AcquisitionRecord'];
    };
    CompletionReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /**
       * @description Of its channels, and of its cameras, where it has any.
       * @example [
       *       "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e"
       *     ]
       */
      request_ids: string[];
    };
    /** @description A channel whose name was found. */
    FoundChannel: {
      /** @example SARES11-LSCP10-FNS:CH0:VAL_GET */
      name: string;
      /**
       * @description The part of the data buffer that has it, where that is known.
       * @example sf-databuffer
       */
      backend?: string;
      /**
       * @description `list`: in the broker's channel list; `data_api`: the data API knows it.
       * @example list
       * @enum {string}
       */
      source: 'list' | 'data_api';
    };
    ChannelsReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /** @description Those of the channel list first. */
      channels: components['schemas']['FoundChannel'][];
      /** @description Whether there are more than are shown. */
      more: boolean;
      /** @description Why not everything could be searched. */
      problem?: string;
    };
    /** @description A type of HDF5, with its numbers. */
    FileType: {
      /**
       * @description HDF5's class: 0 integer, 1 float, 3 string, 5 opaque, 6 compound, 7 reference, 8 enumeration, 9 sequence, 10 array.
       * @example 1
       */
      class: number;
      /**
       * @description Bytes.
       * @example 8
       */
      size: number;
      /**
       * @description As numpy names it.
       * @example <f8
       */
      dtype: string | unknown[];
    };
    FileAttribute: {
      /** @example units */
      name: string;
      /**
       * @description Null where it has no value.
       * @example []
       */
      shape: number[] | null;
      type: components['schemas']['FileType'];
    };
    FileFilter: {
      /** @example 1 */
      id: number;
      /** @example deflate */
      name: string;
    };
    /** @description An object or a link of a file. */
    FileEntity: {
      /** @example data */
      name: string;
      /**
       * @example dataset
       * @enum {string}
       */
      kind: 'group' | 'dataset' | 'datatype' | 'soft_link' | 'external_link' | 'other';
      attributes?: components['schemas']['FileAttribute'][];
      type?: components['schemas']['FileType'];
      /**
       * @description Null where it has no value.
       * @example [
       *       300,
       *       1
       *     ]
       */
      shape?: number[] | null;
      /**
       * @description Null where it is in one piece.
       * @example null
       */
      chunks?: number[] | null;
      /** @example null */
      filters?: components['schemas']['FileFilter'][] | null;
      /**
       * @description Of a link.
       * @example /data/X
       */
      target_path?: string;
      /**
       * @description Of an external link.
       * @example other.h5
       */
      target_file?: string;
    };
    /** @description What `/files/meta` answers: for a group also what is in it. */
    FileEntityReply: {
      /** @example data */
      name: string;
      /**
       * @example dataset
       * @enum {string}
       */
      kind: 'group' | 'dataset' | 'datatype' | 'soft_link' | 'external_link' | 'other';
      attributes?: components['schemas']['FileAttribute'][];
      type?: components['schemas']['FileType'];
      /**
       * @description Null where it has no value.
       * @example [
       *       300,
       *       1
       *     ]
       */
      shape?: number[] | null;
      /**
       * @description Null where it is in one piece.
       * @example null
       */
      chunks?: number[] | null;
      /** @example null */
      filters?: components['schemas']['FileFilter'][] | null;
      /**
       * @description Of a link.
       * @example /data/X
       */
      target_path?: string;
      /**
       * @description Of an external link.
       * @example other.h5
       */
      target_file?: string;
      /** @description Of a group. Beyond the first 2000, attributes are left out. */
      children?: components['schemas']['FileEntity'][];
    };
    /**
     * @description Values of attributes by name; null for one that has none, or can't be read.
     * @example {
     *       "units": "V"
     *     }
     */
    FileAttributesReply: {
      [key: string]: unknown;
    };
    /** @description Of all finite values; null where there are none. */
    FileStatisticsReply: {
      /** @example 0.25 */
      strict_positive_min: number | null;
      /** @example 0 */
      positive_min: number | null;
      /** @example -1 */
      min: number | null;
      /** @example 1 */
      max: number | null;
      /** @example 0.1 */
      mean: number | null;
      /** @example 0.5 */
      std: number | null;
    };
    /** @description Where the rows of a channel lie. */
    ChannelCoverage: {
      /** @example SARES11-LSCP10-FNS:CH0:VAL_GET */
      name: string;
      /**
       * @description Of its datasets.
       * @example 300
       */
      rows?: number;
      /**
       * @description Those of them that have a value.
       * @example 300
       */
      present?: number;
      /**
       * @description Of the rows that have a value.
       * @example 1000
       */
      first_pulse_id?: number;
      /** @example 1299 */
      last_pulse_id?: number;
      /**
       * @description Rows that have a value, for each part of the range.
       * @example [
       *       150,
       *       150
       *     ]
       */
      bins?: number[];
      /**
       * @description Why it can't be shown.
       * @example the file has no channel X.
       */
      error?: string;
    };
    FileCoverageReply: {
      /**
       * @description The range that the parts are of; null in a file without rows.
       * @example 1000
       */
      start_pulse_id: number;
      /** @example 1299 */
      stop_pulse_id: number;
      channels: components['schemas']['ChannelCoverage'][];
    };
    /** @description The state of one thing that a service needs. Further facts depend on what it is. */
    HealthFinding: {
      /** @enum {string} */
      status: 'up' | 'degraded' | 'down';
      message?: string;
    } & {
      [key: string]: unknown;
    };
    /** @description The health of a service, in the form that many tools know. */
    HealthReply: {
      /** @enum {string} */
      status: 'ok' | 'degraded' | 'error' | 'shutting_down';
      /** @description All that works; where it is degraded, with a message. */
      info: {
        [key: string]: components['schemas']['HealthFinding'];
      };
      /** @description All that does not. */
      error: {
        [key: string]: components['schemas']['HealthFinding'];
      };
      /** @description Both. */
      details: {
        [key: string]: components['schemas']['HealthFinding'];
      };
    };
    /** @description The acquisition under way, in short. */
    AcquisitionOverview: {
      /** @example receiving */
      status: components['schemas']['AcquisitionStatus'];
      /**
       * @description Its id, which its write requests will carry.
       * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
       */
      id?: string;
      /** @example /sf/data/run_0001.h5 */
      output_file?: string;
      /**
       * @description Where the data is taken.
       * @example SARES20
       */
      instrument?: string;
      /**
       * @description For whom.
       * @example p12345
       */
      user?: string;
      /**
       * @description How many channels it asks for.
       * @example 98
       */
      channels?: number;
      /**
       * @description When its parameters came, seconds since the epoch.
       * @example 1795511690.25
       */
      configured_at?: number;
      /** @example 1000 */
      start_pulse_id?: number;
      /**
       * @description When its start came, seconds since the epoch.
       * @example 1795511700.25
       */
      started_at?: number;
      /** @description Starts that were replaced, oldest first. */
      earlier_starts?: components['schemas']['EarlierStart'][];
    };
    /** @description The acquisition under way, with all that was posted. */
    WholeAcquisition: {
      /** @example receiving */
      status: components['schemas']['AcquisitionStatus'];
      /**
       * @description Its id, which its write requests will carry.
       * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
       */
      id?: string;
      /** @example /sf/data/run_0001.h5 */
      output_file?: string;
      /**
       * @description Where the data is taken.
       * @example SARES20
       */
      instrument?: string;
      /**
       * @description For whom.
       * @example p12345
       */
      user?: string;
      /**
       * @description How many channels it asks for.
       * @example 98
       */
      channels?: number;
      /**
       * @description When its parameters came, seconds since the epoch.
       * @example 1795511690.25
       */
      configured_at?: number;
      /** @example 1000 */
      start_pulse_id?: number;
      /**
       * @description When its start came, seconds since the epoch.
       * @example 1795511700.25
       */
      started_at?: number;
      /** @description Starts that were replaced, oldest first. */
      earlier_starts?: components['schemas']['EarlierStart'][];
      /** @description As they were posted; not there before they are. */
      parameters?: components['schemas']['AcquisitionParameters'];
      /** @description Names of the channels to write. */
      channel_names?: string[];
    };
    PresentAcquisitionReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      acquisition: components['schemas']['WholeAcquisition'];
    };
    /** @description The requests that are open, and those that heal. */
    QueueOfRequests: {
      /** @description Not yet with a writer. */
      waiting: number;
      under_way: number;
      /** @description Failed, and tried again by themselves. */
      healing: number;
      /** @description Age of the oldest open live request, in s; 0 without one. */
      oldest_age: number;
    };
    /** @description Something that is wrong, or that somebody should look at. */
    HealthProblem: {
      /**
       * @description Its name in GET /health/ready.
       * @example writers
       */
      check: string;
      /**
       * @example degraded
       * @enum {string}
       */
      status: 'degraded' | 'down';
      /**
       * @description The problem, and what to do about it.
       * @example no writer is connected
       */
      message: string;
    };
    /** @description A writer that reports, and what it is doing. */
    WriterOverview: {
      /**
       * @description Unique for each start of a writer.
       * @example 6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55
       */
      writer_id: string;
      /** @example 0.1.0 */
      version: string;
      /** @example sf-writer-1 */
      host: string;
      /** @example 4242 */
      pid: number;
      /**
       * @description When it started, seconds since the epoch.
       * @example 1795511000.5
       */
      started: number;
      /**
       * @description Seconds since the epoch.
       * @example 1795511001
       */
      connected_since: number;
      /**
       * @description Seconds since the epoch.
       * @example 1795511705.25
       */
      last_seen: number;
      /**
       * @description Requests that it carries out at once.
       * @example 2
       */
      concurrency: number;
      /**
       * @description Whether it heeds how a request is to be carried out, and gives back what it can't begin. Writers of releases before don't.
       * @example true
       */
      heeds_handling: boolean;
      /**
       * @description Whether it gets nothing more for now, as it failed at what others can do.
       * @example false
       */
      quarantined: boolean;
      /**
       * @description What it can't do at present, as its own probes say: the first of it.
       * @example null
       */
      unable: string | null;
      /** @description Requests that it holds. */
      requests_under_way: number;
      /** @example 1 */
      requests_written: number;
      requests_failed: number;
      requests_superseded: number;
      /**
       * @description Bytes of the data API's replies.
       * @example 48213
       */
      bytes: number;
      /** @example null */
      last_error: components['schemas']['WriterError'] | null;
      last_file: components['schemas']['WrittenFile'] | null;
      /** @description Whether its heartbeats stopped without a goodbye. It is listed for ten minutes then, or until it is heard again, and for as long as it may still be connected. */
      silent: boolean;
      /** @description Of a silent one: requests that it held, and that are sent again. */
      requests_lost?: number;
      /** @description The first requests that it holds, oldest first; `requests_under_way` says how many there are. */
      jobs: components['schemas']['RequestHead'][];
      /**
       * @description Of the data that came to it in the last 10 s.
       * @example 2500000
       */
      bytes_per_second: number;
    };
    /** @description A writer that reports. Counts are since it came to this broker. */
    WriterStatistics: {
      /**
       * @description Unique for each start of a writer.
       * @example 6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55
       */
      writer_id: string;
      /** @example 0.1.0 */
      version: string;
      /** @example sf-writer-1 */
      host: string;
      /** @example 4242 */
      pid: number;
      /**
       * @description When it started, seconds since the epoch.
       * @example 1795511000.5
       */
      started: number;
      /**
       * @description Seconds since the epoch.
       * @example 1795511001
       */
      connected_since: number;
      /**
       * @description Seconds since the epoch.
       * @example 1795511705.25
       */
      last_seen: number;
      /**
       * @description Requests that it carries out at once.
       * @example 2
       */
      concurrency: number;
      /**
       * @description Whether it heeds how a request is to be carried out, and gives back what it can't begin. Writers of releases before don't.
       * @example true
       */
      heeds_handling: boolean;
      /**
       * @description Whether it gets nothing more for now, as it failed at what others can do.
       * @example false
       */
      quarantined: boolean;
      /**
       * @description What it can't do at present, as its own probes say: the first of it.
       * @example null
       */
      unable: string | null;
      /** @description Requests that it holds. */
      requests_under_way: number;
      /** @example 1 */
      requests_written: number;
      requests_failed: number;
      requests_superseded: number;
      /**
       * @description Bytes of the data API's replies.
       * @example 48213
       */
      bytes: number;
      /** @example null */
      last_error: components['schemas']['WriterError'] | null;
      last_file: components['schemas']['WrittenFile'] | null;
    };
    /** @description The last failure of a writer. */
    WriterError: {
      code: string;
      message: string;
      /** @description All whose fault it may be: of the request itself; of the data source; of the output folder; of the writer that met it, so that another one may do better. Writers of releases before don't say. */
      faults?: components['schemas']['Fault'][];
      /** @description Whether its cause can pass, so that the same request may be written later. */
      passes?: boolean;
      /** @description Where it failed: the URL of the source, or a folder. */
      place?: string;
      /** @description For how many seconds the source asked not to be asked again. */
      retry_after?: number;
      /** @description Seconds since the epoch. */
      time: number;
      request_id: string;
    };
    /** @description Why something came to nothing: a stable word for programs, a sentence for people. */
    Failure: {
      code: string;
      message: string;
      /** @description All whose fault it may be: of the request itself; of the data source; of the output folder; of the writer that met it, so that another one may do better. Writers of releases before don't say. */
      faults?: components['schemas']['Fault'][];
      /** @description Whether its cause can pass, so that the same request may be written later. */
      passes?: boolean;
      /** @description Where it failed: the URL of the source, or a folder. */
      place?: string;
      /** @description For how many seconds the source asked not to be asked again. */
      retry_after?: number;
    };
    /** @enum {string} */
    Fault: 'request' | 'source' | 'folder' | 'writer';
    /** @description The last file that a writer wrote. */
    WrittenFile: {
      /**
       * @description Seconds since the epoch.
       * @example 1795511701.5
       */
      time: number;
      /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
      request_id: string;
      /** @example /sf/data/run_0001.h5 */
      output_file: string | null;
      /**
       * @description Null for a file without rows.
       * @example 1000
       */
      first_pulse_id: number | null;
      /** @example 1299 */
      last_pulse_id: number | null;
      /**
       * @description Channels in the file.
       * @example 1
       */
      channels: number;
      /**
       * @description Rows in the file, all channels together.
       * @example 300
       */
      rows: number;
      /**
       * @description Bytes of the data API's reply.
       * @example 48213
       */
      bytes: number;
    };
    /** @description Where a request stands. */
    RequestHead: {
      /**
       * @description Channels that were asked for. The other counts are known when the request is settled.
       * @example 1
       */
      channels_asked?: number;
      /**
       * @description Channels asked for that are in the file.
       * @example 1
       */
      channels_written?: number;
      /**
       * @description Channels asked for that were not in the reply.
       * @example 0
       */
      channels_missing?: number;
      /** @description Channels asked for that could not be stored, or only in part. */
      channels_failed?: number;
      /** @description Channels in the file with something wrong in some of their points. */
      channels_with_problems?: number;
      /** @description Channels in the file with points missing at an end of the asked range. */
      channels_short?: number;
      /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
      request_id: string;
      /** @example written */
      state: components['schemas']['RequestState'];
      /**
       * @description When it came into this state, seconds since the epoch.
       * @example 1795511701.5
       */
      time: number;
      /**
       * @description When it was made, seconds since the epoch.
       * @example 1795511700.25
       */
      accepted: number;
      /**
       * @description Its place in the trail: higher than that of all recorded before.
       * @example 1
       */
      sequence?: number;
      /**
       * @description How often it has been sent.
       * @example 1
       */
      attempt: number;
      /** @example /sf/data/run_0001.h5 */
      output_file?: string;
      /** @example 1000 */
      start_pulse_id?: number;
      /** @example 1299 */
      stop_pulse_id?: number;
      /** @description The request that this one acquires again. */
      replay_of?: string;
      /** @description The SHA-256 of what was submitted, in base64, where a client submitted it. */
      body_digest?: string;
      /** @description Why it is `recorded` though it was to be sent: `outcomes_lost`, until a start with `--recover_all`. */
      withheld?: string;
      /** @example 6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55 */
      writer_id?: string;
      /**
       * @description Which requests go first.
       * @example live
       */
      lane?: components['schemas']['Lane'];
      /** @description When it is tried again by itself, seconds since the epoch, at the latest: it failed, and the cause can pass. Whoever waits for it need not wait longer. */
      next_attempt?: number;
      /** @description When it failed for the first time, seconds since the epoch, if it was tried again then. */
      first_failed?: number;
      /** @description How often it has failed, if it was tried again by itself. */
      failures?: number;
      /** @description How often writers died while they wrote it. */
      deaths?: number;
      /** @description Whether it was cancelled: then it is `recorded` for good. */
      cancelled?: boolean;
      /** @description Why no error file could be left for it. */
      no_error_file?: string;
      /** @description Writers that made no progress with it for `--stall_after`. */
      stalled_at?: string[];
      /** @description Why it waits to be sent, or to be sent again. */
      waits_for?: components['schemas']['WaitReason'];
      /** @description Why the last try of a writer, or in the end the request, came to nothing. */
      failure?: components['schemas']['Failure'];
      /**
       * @description Of the data that came so far, or in the end.
       * @example 48213
       */
      bytes?: number;
      /**
       * @description Of the data that came so far, or in the end, all channels together.
       * @example 300
       */
      rows?: number;
      /**
       * @description Size of the file that was written, where its writer says so.
       * @example 31245
       */
      file_bytes?: number;
      /**
       * @description Of the attempt that settled it, from asking for data to the file under its name.
       * @example 0.52
       */
      seconds?: number;
      /** @description The first channels that are not, or not wholly, in the file; the counts say how many there are. */
      incomplete_channels?: components['schemas']['IncompleteChannel'][];
    };
    /** @description Where a request stands, or what became of it. */
    RequestState: components['schemas']['OpenState'] | components['schemas']['SettledState'];
    /**
     * @description Where a request stands before it is settled: waiting to be sent; handed over for a writer; named by one, see HeldState; given back by one and waiting to be sent again.
     * @enum {string}
     */
    OpenState: 'queued' | 'sent' | 'received' | 'retrieving' | 'writing' | 'returned';
    /**
     * @description The outcome of a request: as a writer reported it; `unconfirmed`, handed to a writer that does not report; `recorded` only, as `--audit_trail_only` has it.
     * @enum {string}
     */
    SettledState: 'written' | 'failed' | 'superseded' | 'skipped' | 'unconfirmed' | 'recorded';
    /** @enum {string} */
    Lane: 'live' | 'background';
    /** @enum {string} */
    WaitReason:
      | 'silent_writer'
      | 'growing_wait'
      | 'free_slot'
      | 'another_writer'
      | 'source_down'
      | 'folder_down';
    /** @description A channel that was asked for and is not, or not wholly, in the file. */
    IncompleteChannel: {
      name: string;
      why: components['schemas']['Incompleteness'];
    };
    /**
     * @description `missing`: not in the reply; `failed`: could not be stored, or only in part; `short`: lacks points at an end.
     * @enum {string}
     */
    Incompleteness: 'missing' | 'failed' | 'short';
    /** @description Data that came over the last minutes, oldest first. */
    Throughput: {
      /**
       * @description Length of a step in s.
       * @example 10
       */
      seconds: number;
      /**
       * @description When the last step began, seconds since the epoch.
       * @example 1795511700
       */
      end: number;
      /** @description Bytes of the data API's replies in each step. */
      bytes: number[];
      /** @description Files written in each step. */
      files: number[];
      /** @description Failed requests in each step. */
      failed: number[];
    };
    /** @description What a person wants to know of a broker at a glance. */
    Overview: {
      /**
       * @description When this was put together, seconds since the epoch, by the broker's clock.
       * @example 1795511705.25
       */
      time: number;
      /** @example sf-daq-1 */
      host: string;
      /** @example 0.1.0 (bd4fadc) */
      version: string;
      /**
       * @description When the process started, seconds since the epoch.
       * @example 1795511000
       */
      started: number;
      /**
       * @description What the page at / offers.
       * @example full
       * @enum {string}
       */
      page: 'full' | 'read_only' | 'off';
      /** @description Whether requests are recorded only, and not sent. */
      audit_trail_only: boolean;
      /** @description Whether GET /channels has something to search. */
      channel_search: boolean;
      acquisition: components['schemas']['AcquisitionOverview'];
      queue: components['schemas']['QueueOfRequests'];
      /** @description Empty where all is well. */
      health: components['schemas']['HealthProblem'][];
      writers: components['schemas']['WriterOverview'][];
      /** @description Connected writers that never said hello: original ones, or lost ones. */
      silent_writers: number;
      throughput: components['schemas']['Throughput'];
    };
    OverviewReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      overview: components['schemas']['Overview'];
    };
    RequestsReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /** @description Newest first. */
      requests: components['schemas']['RequestHead'][];
      /**
       * @description Give this as `before` for the next page; null on the last one.
       * @example null
       */
      next: string | null;
      /** @description How many requests the list has, where that was asked for. */
      total?: number;
    };
    LineReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      line: components['schemas']['WriteRequest'];
    };
    /**
     * @description The unit that the broker audits and sends, as it stands in the trail and on the wire.
     *
     *     The first three fields are what every implementation knows; readers ignore the others.
     */
    WriteRequest: {
      /**
       * @description JSON text of a DataApiRequest.
       * @example {"channels":[{"name":"SIMULATOR-SCALAR-FLOAT64-1","backend":"sf-databuffer"}],"range":{"startPulseId":1000,"endPulseId":1299}}
       */
      data_api_request: string;
      /**
       * @description JSON text of the acquisition's parameters, `output_file` being this request's own file.
       * @example {"general/created":"2026-11-24 10:15:00","general/user":"p12345","general/process":"DIA","general/instrument":"SARES20","output_file":"run_0001.h5"}
       */
      parameters: string;
      /**
       * @description When the request was made: seconds since the epoch.
       * @example 1795511700.25
       */
      timestamp: number;
      /**
       * @description Unique for each request; a request from another implementation has none.
       * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
       */
      request_id?: string;
      /**
       * @description Where the file has its channels: at its root. Not there: below `/data`.
       * @constant
       */
      layout?: 'root';
      /**
       * @description The file that its writer logs to what becomes of the output file: absolute, inside an output root, its name ends in `.log`, its folder is there.
       * @example /sf/bernina/data/p12345/raw/run0007/logs/acq0001.BSDATA.log
       */
      log_file?: string;
      /** @description False where the request is only recorded and must not be sent by itself; else not there. */
      dispatch?: boolean;
      /** @description The request that this one acquires again, where it does. */
      replay_of?: string;
      /** @description The trail that it is recorded in; not there in requests of other implementations. */
      trail_id?: string;
      /** @description Its place in that trail: higher than that of every request recorded before. */
      sequence?: number;
      /** @description When that was made, where it has no id of its own. */
      replay_of_timestamp?: number;
      /** @description The file may be replaced by one with fewer rows. For this request alone, never for a replay of it. */
      force?: boolean;
      /** @description The SHA-256 of what was submitted, in base64, where a client submitted it. */
      body_digest?: string;
      /**
       * @description Which requests go first.
       * @example live
       */
      lane?: components['schemas']['Lane'];
      /** @description On the wire only: how the broker wants it to be carried out, JSON text of a `Handling`. */
      handling?: string;
      /** @description On the wire only: how often the request has been sent, 1 for the first time. */
      attempt?: number;
    };
    RequestReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      request: components['schemas']['RequestRecord'];
    };
    /** @description Everything that is known of a request. */
    RequestRecord: {
      /**
       * @description Channels that were asked for. The other counts are known when the request is settled.
       * @example 1
       */
      channels_asked?: number;
      /**
       * @description Channels asked for that are in the file.
       * @example 1
       */
      channels_written?: number;
      /**
       * @description Channels asked for that were not in the reply.
       * @example 0
       */
      channels_missing?: number;
      /** @description Channels asked for that could not be stored, or only in part. */
      channels_failed?: number;
      /** @description Channels in the file with something wrong in some of their points. */
      channels_with_problems?: number;
      /** @description Channels in the file with points missing at an end of the asked range. */
      channels_short?: number;
      /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
      request_id: string;
      /** @example written */
      state: components['schemas']['RequestState'];
      /**
       * @description When it came into this state, seconds since the epoch.
       * @example 1795511701.5
       */
      time: number;
      /**
       * @description When it was made, seconds since the epoch.
       * @example 1795511700.25
       */
      accepted: number;
      /**
       * @description Its place in the trail: higher than that of all recorded before.
       * @example 1
       */
      sequence?: number;
      /**
       * @description How often it has been sent.
       * @example 1
       */
      attempt: number;
      /** @example /sf/data/run_0001.h5 */
      output_file?: string;
      /** @example 1000 */
      start_pulse_id?: number;
      /** @example 1299 */
      stop_pulse_id?: number;
      /** @description The request that this one acquires again. */
      replay_of?: string;
      /** @description The SHA-256 of what was submitted, in base64, where a client submitted it. */
      body_digest?: string;
      /** @description Why it is `recorded` though it was to be sent: `outcomes_lost`, until a start with `--recover_all`. */
      withheld?: string;
      /** @example 6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55 */
      writer_id?: string;
      /**
       * @description Which requests go first.
       * @example live
       */
      lane?: components['schemas']['Lane'];
      /** @description When it is tried again by itself, seconds since the epoch, at the latest: it failed, and the cause can pass. Whoever waits for it need not wait longer. */
      next_attempt?: number;
      /** @description When it failed for the first time, seconds since the epoch, if it was tried again then. */
      first_failed?: number;
      /** @description How often it has failed, if it was tried again by itself. */
      failures?: number;
      /** @description How often writers died while they wrote it. */
      deaths?: number;
      /** @description Whether it was cancelled: then it is `recorded` for good. */
      cancelled?: boolean;
      /** @description Why no error file could be left for it. */
      no_error_file?: string;
      /** @description Writers that made no progress with it for `--stall_after`. */
      stalled_at?: string[];
      /** @description Why it waits to be sent, or to be sent again. */
      waits_for?: components['schemas']['WaitReason'];
      /** @description Why the last try of a writer, or in the end the request, came to nothing. */
      failure?: components['schemas']['Failure'];
      /**
       * @description Of the data that came so far, or in the end.
       * @example 48213
       */
      bytes?: number;
      /**
       * @description Of the data that came so far, or in the end, all channels together.
       * @example 300
       */
      rows?: number;
      /**
       * @description Size of the file that was written, where its writer says so.
       * @example 31245
       */
      file_bytes?: number;
      /**
       * @description Of the attempt that settled it, from asking for data to the file under its name.
       * @example 0.52
       */
      seconds?: number;
      /** @description The first channels that are not, or not wholly, in the file; the counts say how many there are. */
      incomplete_channels?: components['schemas']['IncompleteChannel'][];
      /**
       * @description Oldest first.
       * @example [
       *       {
       *         "time": 1795511700.26,
       *         "state": "queued",
       *         "attempt": 0
       *       },
       *       {
       *         "time": 1795511700.27,
       *         "state": "sent",
       *         "attempt": 1
       *       },
       *       {
       *         "time": 1795511701.5,
       *         "state": "written",
       *         "attempt": 1
       *       }
       *     ]
       */
      history: components['schemas']['HistoryEntry'][];
      /** @description As the writer gave it. */
      report?: components['schemas']['WriteReport'];
    };
    /** @description One change of a request's state. */
    HistoryEntry: {
      /** @description Seconds since the epoch. */
      time: number;
      state: components['schemas']['RequestState'];
      /** @description How often the request had been sent by then. */
      attempt: number;
      /** @description The writer that said so. */
      writer_id?: string;
      failure?: components['schemas']['Failure'];
    };
    /** @description The outcome of a write request. Plain data: it goes through threads, sockets and logs. */
    WriteReport: {
      /**
       * @description Channels that were asked for. The other counts are known when the request is settled.
       * @example 1
       */
      channels_asked?: number;
      /**
       * @description Channels asked for that are in the file.
       * @example 1
       */
      channels_written?: number;
      /**
       * @description Channels asked for that were not in the reply.
       * @example 0
       */
      channels_missing?: number;
      /** @description Channels asked for that could not be stored, or only in part. */
      channels_failed?: number;
      /** @description Channels in the file with something wrong in some of their points. */
      channels_with_problems?: number;
      /** @description Channels in the file with points missing at an end of the asked range. */
      channels_short?: number;
      /** @description Undefined for a request of an implementation that gives no ids. */
      request_id?: string;
      /** @description `skipped`: everything was done but writing the file, as `/dev/null` asks for. */
      state: components['schemas']['WriteState'];
      /** @description Absolute where it could be resolved, else as the request names it; undefined if it names none. */
      output_file?: string;
      /** @description Where the request was left when it failed. */
      error_file?: string;
      /** @description Why no error file could be left, neither beside the output file nor in the writer's state folder. */
      no_error_file?: string;
      /** @description Attempts that were begun; 0 where the request could not even be tried. */
      attempts: number;
      /** @description Every channel that was asked for or came, those that failed or are missing included. */
      channels: components['schemas']['ChannelReport'][];
      /** @description Names that came without having been asked for; they are in the file. */
      not_requested: string[];
      /** @description Bytes of the reply. */
      bytes: number;
      /** @description Rows in the file, all channels together. */
      rows: number;
      /** @description Size of the file; undefined where none was written, or where it was there already. */
      file_bytes?: number;
      /** @description Of the attempt that settled it, from asking for data to the file under its name. */
      seconds: number;
      /** @description Set when `state` is `failed`. */
      failure?: components['schemas']['Failure'];
    };
    /**
     * @description The result at a writer. `written`: a whole file; `failed`: no file; `superseded`: no file of its own, as that of a newer request is there; `skipped`: no file was wanted.
     * @enum {string}
     */
    WriteState: 'written' | 'failed' | 'superseded' | 'skipped';
    /** @description A job's findings about one channel, for the log, the report and the file's attributes. */
    ChannelReport: {
      name: string;
      /** @description Rows in the file; 0 for a channel without data. */
      rows: number;
      first_pulse_id?: number;
      last_pulse_id?: number;
      /** @description Pulses without a row, at the rate of the channel's own rows: the median of the steps from one pulse id to the next. Those between an end of the asked range and the nearest row are among them. Undefined where that is not known: with fewer than two rows, or rows that are not in order. */
      missing_pulses?: number;
      /** @description True where points are missing at an end of the asked range; see `isShort`. */
      short?: boolean;
      /** @description Points that are not, or not exactly, in the file, by what is wrong with them. */
      problems: components['schemas']['Problem'][];
      /** @description Set when the channel is not in the file, or not all that came of it: why. */
      failure?: components['schemas']['Failure'];
    };
    /** @description Something that was wrong with `count` points of a channel. */
    Problem: {
      /** @description Stable word, e.g. `out_of_range`, `null_value`, `wrong_length`, `duplicate_pulse_id`. */
      code: string;
      count: number;
      /** @description Pulse id of the first such point, where it has one. */
      first_pulse_id?: number;
      /** @description One example in words, e.g. `70000 does not fit int16`. */
      example?: string;
    };
    SubmittedReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /**
       * @description The id under which it was recorded.
       * @example 6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55
       */
      request_id: string;
      /**
       * @description The request that it acquires again.
       * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
       */
      replay_of: string | null;
    };
    /** @description What became of each file that was to be copied. */
    CopyUserFilesReply: {
      /**
       * @description error: some could not be copied; those in destination_files were.
       * @enum {string}
       */
      status: 'ok' | 'error';
      /** @example 1 file was copied to /sf/bernina/data/p12345/raw/run0007/aux */
      message: string;
      /**
       * @description Where each file that was copied is now.
       * @example {
       *       "/sf/bernina/data/p12345/res/notes.json": "/sf/bernina/data/p12345/raw/run0007/aux/notes.json"
       *     }
       */
      destination_files: {
        [key: string]: string;
      };
      /**
       * @description Why each of the others was not copied.
       * @example {}
       */
      error_files: {
        [key: string]: string;
      };
      /**
       * @description Where some were not copied, as with other errors.
       * @example RuntimeError
       */
      exception?: string;
    };
    /** @description The detectors of a beamline. */
    AllowedDetectorsReply: {
      /** @constant */
      status: 'ok';
      /** @example bernina has 1 detector */
      message: string;
      /**
       * @example [
       *       "JF07T32V02"
       *     ]
       */
      detectors: string[];
      /**
       * @description One for each detector; empty texts, as this broker knows none.
       * @example [
       *       ""
       *     ]
       */
      descriptions: string[];
      /**
       * @description One for each detector; empty texts, as this broker knows none.
       * @example [
       *       ""
       *     ]
       */
      visualisation_address: string[];
    };
    /** @description The same, under the name of 2022. */
    DetectorListReply: {
      /** @constant */
      status: 'ok';
      /** @example bernina has 1 detector */
      message: string;
      /**
       * @example [
       *       "JF07T32V02"
       *     ]
       */
      detectors: string[];
    };
    /** @description What is known of detectors that run, which is nothing: this broker does not watch them. */
    RunningDetectorsReply: {
      /** @constant */
      status: 'ok';
      /** @example this broker does not watch the modules of detectors: whether they run is not known */
      message: string;
      /** @example [] */
      detectors: string[];
      /** @example [] */
      running_detectors: string[];
      /** @example [] */
      missing_detectors: string[];
      /** @example {} */
      limping_detectors: {
        [key: string]: unknown;
      };
    };
    /** @description What was asked of a detector was handed on. */
    DetectorReply: {
      /** @constant */
      status: 'ok';
      /** @example pedestals of JF07T32V02 were asked for: they take 40 seconds */
      message: string;
    };
    /** @description A run of a pgroup as lists have it. */
    RunHead: {
      /** @example p12345 */
      pgroup: string;
      /** @example alvra */
      beamline: string;
      /** @example 7 */
      run_number: number;
      /**
       * @description `run`: its files lie in a folder of its own; `flat`: beside those of other runs.
       * @example run
       */
      layout: components['schemas']['RunLayout'];
      /**
       * @description The folder of the run; in the flat layout its JSON file.
       * @example /sf/alvra/data/p12345/raw/run0007
       */
      path: string;
      /**
       * @description The `user_tag` of its newest acquisition, else what its folder's name ends with.
       * @example null
       */
      tag: string | null;
      /**
       * @description How many acquisitions it has: steps of a scan.
       * @example 3
       */
      acquisitions: number;
      /**
       * @description When its newest acquisition was asked for, in the broker's local time.
       * @example 2026-11-30 18:30:00.250000
       */
      request_time: string | null;
    };
    /** @enum {string} */
    RunLayout: 'run' | 'flat';
    RunsReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /** @description Highest number first. */
      runs: components['schemas']['RunHead'][];
      /**
       * @description Give this as `before` for the next page; null on the last one.
       * @example null
       */
      next: number | null;
      /** @description Where no pgroup was named: those that this broker has served, newest first. */
      pgroups?: components['schemas']['ServedPgroup'][];
    };
    /** @description A pgroup for which this broker acquired a run, with the newest one. */
    ServedPgroup: {
      /** @example p12345 */
      pgroup: string;
      /** @example alvra */
      beamline: string;
      /** @example 7 */
      run_number: number;
      /**
       * @description Local time, as the run's metadata has it.
       * @example 2026-11-30 18:30:00.250000
       */
      request_time: string;
    };
    /** @description A file of an acquisition. */
    RunFile: {
      /** @example /sf/alvra/data/p12345/raw/run0007/data/acq0001.BSDATA.h5 */
      output_file: string;
      /**
       * @description What the name says that is in it; a detector's name for what detectors write.
       * @example BSDATA
       */
      kind: string;
      /**
       * @description Of the newest request for this file; null where none is known, as others write it.
       * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
       */
      request_id: string | null;
      /** @example written */
      state: components['schemas']['RunFileState'];
      /**
       * @description Whether nothing more becomes of it. What others write, the broker does not wait for.
       * @example true
       */
      settled: boolean;
      /**
       * @description Whether all that was asked for is in it; null where that is not known.
       * @example true
       */
      complete: boolean | null;
      /**
       * @description All channels together; null where that is not known.
       * @example 300
       */
      rows: number | null;
      /** @example 1 */
      channels_asked: number | null;
      /**
       * @description Those of them that are in the file; null where that is not known.
       * @example 1
       */
      channels_written: number | null;
      /**
       * @description Channels asked for that are not in the file.
       * @example []
       */
      missing_channels: string[];
      /**
       * @description Why it failed, or is not there.
       * @example null
       */
      message: string | null;
      /** @description When the request is tried again by itself at the latest, seconds since the epoch. */
      next_attempt?: number;
    };
    /** @description Where a file of a run stands: as the newest request for it does, where the broker knows one. Else as it is on disk: `there`; `failed`, there is an.err file instead; `not_there`. */
    RunFileState: components['schemas']['RequestState'] | 'there' | 'not_there';
    /** @description An acquisition of a run: a step of a scan. */
    RunAcquisition: {
      /**
       * @description In the run.
       * @example 1
       */
      acquisition_number: number;
      /**
       * @description In the pgroup; null where the run's metadata has none.
       * @example 42
       */
      unique_acquisition_number: number | null;
      /**
       * @description In the broker's local time.
       * @example 2026-11-30 18:30:00.250000
       */
      request_time: string | null;
      /**
       * @description As it was asked for.
       * @example 1000
       */
      start_pulse_id: number;
      /** @example 1299 */
      stop_pulse_id: number;
      /**
       * @description Only every so many pulses were asked for.
       * @example 1
       */
      rate_multiplicator: number;
      /** @example null */
      user_tag: string | null;
      files: components['schemas']['RunFile'][];
      /**
       * @description What was asked for and nobody was there to write.
       * @example {}
       */
      not_written: components['schemas']['NotWritten'];
    };
    /** @description What a run's files would hold and nobody writes, by name; a key is there only where something is not. */
    NotWritten: {
      pv_list?: string[];
      detectors?: string[];
    };
    /** @description Metadata of an acquisition that can't be understood. */
    UnreadableMetadata: {
      file: string;
      problem: string;
    };
    /** @description All that is known of a run. */
    Run: {
      /** @example p12345 */
      pgroup: string;
      /** @example alvra */
      beamline: string;
      /** @example 7 */
      run_number: number;
      /**
       * @description `run`: its files lie in a folder of its own; `flat`: beside those of other runs.
       * @example run
       */
      layout: components['schemas']['RunLayout'];
      /**
       * @description The folder of the run; in the flat layout its JSON file.
       * @example /sf/alvra/data/p12345/raw/run0007
       */
      path: string;
      /**
       * @description The `user_tag` of its newest acquisition, else what its folder's name ends with.
       * @example null
       */
      tag: string | null;
      /**
       * @description How many acquisitions it has: steps of a scan.
       * @example 3
       */
      acquisitions: number;
      /**
       * @description When its newest acquisition was asked for, in the broker's local time.
       * @example 2026-11-30 18:30:00.250000
       */
      request_time: string | null;
      /**
       * @description Whether nothing more becomes of its files, but for those that others write.
       * @example true
       */
      settled: boolean;
      /**
       * @description Whether all that was asked for is there, also what nobody was there to write; false until it is settled. Null where nothing is missing as far as that is known, and files are there of which it is not known.
       * @example true
       */
      complete: boolean | null;
      /**
       * @description Whether the pgroup is closed for writing.
       * @example false
       */
      closed: boolean;
      /** @description In the order of their numbers. */
      acquisitions_list: components['schemas']['RunAcquisition'][];
      /**
       * @description Metadata that can't be understood: what was acquired by it is not in the list.
       * @example []
       */
      unreadable: components['schemas']['UnreadableMetadata'][];
    };
    RunReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      run: components['schemas']['Run'];
    };
    RunWaitReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /**
       * @description False where the time was up first.
       * @example true
       */
      settled: boolean;
      run: components['schemas']['Run'];
    };
    /** @description A run number, for clients of every generation. */
    RunNumberReply: {
      /** @constant */
      status: 'ok';
      /**
       * @description The same as text.
       * @example 7
       */
      message: string;
      /** @example 7 */
      run_number: number;
    };
    /** @description A pgroup was closed. */
    ClosedReply: {
      /** @constant */
      status: 'ok';
      /** @example p12345 is closed for writing */
      message: string;
    };
    /** @description The PVs that a beamline's EPICS buffer keeps. */
    PvListReply: {
      /** @constant */
      status: 'ok';
      /** @example the EPICS buffer of bernina keeps 2 PVs */
      message: string;
      /**
       * @example [
       *       "SARFE10-PSSS059:FWHM",
       *       "SARFE10-PSSS059:SPECT-COM"
       *     ]
       */
      pv_list: string[];
    };
    /** @description An acquisition whose pulses are past was accepted. Numbers as texts, as clients know them. */
    RetrievalReply: {
      /** @constant */
      status: 'ok';
      /**
       * @description The run number, and nothing else: the oldest clients read it here.
       * @example 7
       */
      message: string;
      /** @example 7 */
      run_number: string;
      /**
       * @description From 1 within the run.
       * @example 1
       */
      acquisition_number: string;
      /**
       * @description From 1 within the pgroup.
       * @example 42
       */
      unique_acquisition_number: string;
      /**
       * @description Absolute names of the files that will be there.
       * @example [
       *       "/sf/bernina/data/p12345/raw/run0007/data/acq0001.BSDATA.h5"
       *     ]
       */
      files: string[];
      /**
       * @description Of the write requests, for GET /requests.
       * @example [
       *       "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e"
       *     ]
       */
      request_ids: string[];
      /** @description What was asked for and nobody writes; left out where all is written. */
      not_written?: components['schemas']['NotWritten'];
    };
    /** @description Counts since the broker started. */
    BrokerStatistics: {
      /** @description Acquisitions, however many requests each became. */
      n_processed_requests: number;
      /**
       * @description Local time, YYYYMMDD-HHMMSS.
       * @example 20261124-101112
       */
      process_startup_time: string;
      last_sent_write_request: components['schemas']['WriteRequest'] | null;
      /** @example 20261124-101500 */
      last_sent_write_request_time: string | null;
      /** @description Write requests in the audit trail. */
      requests_recorded: number;
      /** @description Recorded, and waiting for a writer. */
      requests_queued: number;
      /** @description Handed over for a writer, and not settled. */
      requests_under_way: number;
      /** @description Of those under way: named by no writer, and waiting to be sent again. */
      requests_unnamed: number;
      /** @description Failed, and tried again by themselves; not among those above. */
      requests_healing: number;
      /** @description Handed over for a writer, repeats included. */
      requests_sent: number;
      /** @description Attempts to hand over that failed. */
      send_failures: number;
      /** @description Notes of states that the disk has not taken; they are tried again each second. */
      outcomes_waiting: number;
      /** @description Connections to the output port. */
      writers_connected: number;
      /** @description Connections of writers that were refused for their address or their key. */
      peers_refused: number;
      /** @description The writers that report. */
      writers: components['schemas']['WriterStatistics'][];
      epics_notifications_sent: number;
      epics_notifications_failed: number;
      /** @description Calls answered with an error. */
      calls_failed: number;
      /** @description Null where no channel list is configured. */
      channel_list: components['schemas']['ChannelListState'] | null;
      /** @example /var/log/sf_databuffer_audit.log */
      audit_file: string;
      /** @description Whether requests are recorded only, and not sent. */
      audit_trail_only: boolean;
    };
    /** @description The state of the configured channel list. */
    ChannelListState: {
      /** @example /etc/sf_databuffer/channels */
      path: string;
      /**
       * @description Channels in the list that is used; null before the first usable one.
       * @example 42
       */
      channels: number | null;
      /**
       * Format: date-time
       * @description When that list was read.
       * @example 2026-11-24T09:11:12.000Z
       */
      read_at: string | null;
      /**
       * @description Why the file as it is now can't be used; the last usable list is used instead.
       * @example null
       */
      problem: string | null;
    };
    StatisticsReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      statistics: components['schemas']['BrokerStatistics'];
    };
    LogLevelReply: {
      /** @constant */
      state: 'ok';
      status: components['schemas']['AcquisitionStatus'];
      /** @description The least severe level that is logged. */
      log_level: components['schemas']['LogLevel'];
    };
    /** @enum {string} */
    LogLevel: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';
    /** @description The body of a call that failed. Other clients of the facility look for its `message`. */
    ErrorBody: {
      /** @constant */
      state: 'error';
      /** @description The problem, and what to do about it. */
      status: string;
      /** @description The same. */
      message: string;
    };
    /** @description The body of a call that failed, of those that the beamlines' clients make. */
    ClientErrorBody: {
      /** @constant */
      status: 'error';
      /** @description The problem, and what to do about it. */
      message: string;
      /**
       * @description Its kind, as clients show it.
       * @example ValidationError
       */
      exception: string;
    };
    /** @description The stop that an abandoned acquisition lacks. */
    Completion: {
      /**
       * @description Its last pulse id.
       * @example 1299
       */
      stop_pulse_id: number;
      /** @description Its first pulse id: its start, which counts by default, or one of its earlier starts. */
      start_pulse_id?: number;
    };
    /** @description An acquisition whose pulses are past: parameters as for one that begins, and its first and last pulse. */
    PastAcquisition: {
      /**
       * @description When the acquisition was set up; stored as /general/created.
       * @example 2026-11-24 10:15:00
       */
      'general/created': string;
      /**
       * @description For whom the data is taken; stored as /general/user.
       * @example p12345
       */
      'general/user': string;
      /**
       * @description The program that drives the acquisition; stored as /general/process.
       * @example DIA
       */
      'general/process': string;
      /**
       * @description Where the data is taken; stored as /general/instrument.
       * @example SARES20
       */
      'general/instrument': string;
      /**
       * @description The file to write, inside an output root; relative names go in the first writable one. Cameras go into a file of their own, X.IMAGES.h5 beside X.h5. /dev/null: write no file.
       * @example run_0001.h5
       */
      output_file: string;
      /** @description compact (default): each channel has its own rows. Anything else, null included, is the extended format: every channel has a row for every pulse id that any of them has. */
      output_file_format?: unknown;
      /**
       * @description Channels to write instead of the configured list: 50000 at most.
       * @example [
       *       "SIMULATOR-SCALAR-FLOAT64-1",
       *       "SIMULATOR-WAVEFORM-FLOAT32-1024-1"
       *     ]
       */
      channels?: string[] | null;
      /** @description Numeric user id of the file's owner; carried, not acted on. */
      user_id?: number | null;
      /**
       * @description Its first pulse id.
       * @example 1000
       */
      start_pulse_id: number;
      /**
       * @description Its last pulse id.
       * @example 1299
       */
      stop_pulse_id: number;
    };
    /** @description Files of users that are to be kept with a run. */
    CopyUserFilesRequest: {
      /**
       * @description Whose run.
       * @example p12345
       */
      pgroup: string;
      /**
       * @description The run, which exists.
       * @example 7
       */
      run_number: number;
      /**
       * @description Absolute names of the files. Each needs the run's group, which may read it.
       * @example [
       *       "/sf/bernina/data/p12345/res/scan_notes.json"
       *     ]
       */
      files: string[];
    } & {
      [key: string]: unknown;
    };
    /** @description Pedestals that are to be taken. */
    PedestalRequest: {
      /**
       * @description Whose raw folder they go to.
       * @example p12345
       */
      pgroup: string;
      /**
       * @description Detectors of the beamline: a list of names, or an object with options by name.
       * @example [
       *       "JF07T32V02"
       *     ]
       */
      detectors:
        | string[]
        | {
            [key: string]: unknown;
          };
      /**
       * @description Of the detectors: one pulse in so many.
       * @example 1
       */
      rate_multiplicator?: number;
      /** @description Whether the detectors change their gain by themselves. */
      pedestalmode?: boolean;
      /**
       * @description How much the program that works on it writes to its log.
       * @example INFO
       */
      run_log_level?: string;
    } & {
      [key: string]: unknown;
    };
    /** @description A detector that is to be powered on. */
    PowerOnRequest: {
      /**
       * @description One of the beamline's.
       * @example JF07T32V02
       */
      detector_name: string;
    } & {
      [key: string]: unknown;
    };
    /** @description A call about the runs of a pgroup. */
    PgroupRequest: {
      /**
       * @description Whose runs; its raw folder has to exist.
       * @example p12345
       */
      pgroup: string;
    } & {
      [key: string]: unknown;
    };
    /** @description A new list of PVs. */
    SetPvListRequest: {
      /**
       * @description Names of the PVs that the EPICS buffer is to keep; one that is there twice counts once.
       * @example [
       *       "SARFE10-PSSS059:FWHM",
       *       "SARFE10-PSSS059:SPECT-COM"
       *     ]
       */
      pv_list: string[];
    } & {
      [key: string]: unknown;
    };
    /**
     * @description Pulses that are past, to be written as an acquisition of a run. One of the four lists has to be there.
     *
     *     Keys that are not listed here are accepted, and kept in the run's metadata.
     */
    RetrieveRequest: {
      /**
       * @description Whose data it is; its raw folder has to exist.
       * @example p12345
       */
      pgroup: string;
      /**
       * @description The first pulse; text is taken as well.
       * @example 1000
       */
      start_pulseid: number | string;
      /**
       * @description The last pulse, which belongs to the range; text is taken as well.
       * @example 1099
       */
      stop_pulseid: number | string;
      /**
       * @description One in so many pulses is wanted: 1, 2, 4, 8, 10, 20, 40, 50 or 100.
       * @example 1
       */
      rate_multiplicator?: number | null;
      /**
       * @description Channels to write.
       * @example [
       *       "SIMULATOR-SCALAR-FLOAT64-1",
       *       "SIMULATOR-WAVEFORM-FLOAT32-1024-1"
       *     ]
       */
      channels_list?: string[] | null;
      /**
       * @description Cameras to write, whatever their names are.
       * @example [
       *       "SIMULATOR-CAMERA-SMALL:FPICTURE"
       *     ]
       */
      camera_list?: string[] | null;
      /**
       * @description EPICS channels, for the EPICS writer.
       * @example []
       */
      pv_list?: string[] | null;
      /**
       * @description Options by detector, for those who write detectors.
       * @example {}
       */
      detectors?: {
        [key: string]: Record<string, never> | null;
      } | null;
      /** @description A number from advance_run_number, for all acquisitions of a run. Left out, the next is taken. */
      run_number?: number | string | null;
      /** @description Any text that tells runs apart. */
      user_tag?: string | null;
      /** @description Whether the tag becomes part of the run folder's name. */
      append_user_tag_to_data_dir?: boolean | null;
      /** @description Flat layout only: the folder below the raw folder that files go into. */
      directory_name?: string | null;
      /** @description Of a scan of which this is one step: its name, and lists with what was set and read. */
      scan_info?: {
        [key: string]: unknown;
      } | null;
      /** @description Pulses of the range that are wanted. Kept, and heeded by writers with --select_pulses. */
      selected_pulse_ids?: (number | string)[] | null;
    } & {
      [key: string]: unknown;
    };
  };
  responses: {
    /** @description address_not_allowed, unexpected_host, cross_site_call */
    Refused403: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorBody'];
      };
    };
    /** @description body_too_large */
    Refused413: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorBody'];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  setParameters: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AcquisitionParameters'];
      };
    };
    responses: {
      /** @description Accepted, and on disk. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "configured",
           *       "parameters": {
           *         "general/created": "2026-11-24 10:15:00",
           *         "general/user": "p12345",
           *         "general/process": "DIA",
           *         "general/instrument": "SARES20",
           *         "output_file": "run_0001.h5",
           *         "channels": [
           *           "SIMULATOR-SCALAR-FLOAT64-1",
           *           "SIMULATOR-WAVEFORM-FLOAT32-1024-1"
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['ParametersReply'];
        };
      };
      /** @description invalid_parameters, output_file_refused, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
      /** @description not_declared_json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description output_file_unreachable, no_channel_list, acquisition_not_saved */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  setStartPulseId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example 1000 */
        pulse_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description On disk. No body. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid_pulse_id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description acquisition_not_saved */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  setStopPulseId: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example 1299 */
        pulse_id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Recorded. No body. */
      200: {
        headers: {
          /**
           * @description The first write request that it made; not there where it made none.
           * @example /requests/0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
           */
          Location?: string;
          /**
           * @description Ids of all write requests that it made, with commas: of its channels, and of its cameras, where it has any. Not there where it made none.
           * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e,0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e-images
           */
          'X-Request-Ids'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid_pulse_id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description stop_below_start, never_configured */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description audit_trail_failed, acquisition_not_saved */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  giveUpAcquisition: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped"
           *     }
           */
          'application/json': components['schemas']['StatusReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description acquisition_not_saved */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  listAcquisitions: {
    parameters: {
      query?: {
        /** @description One or several with commas: abandoned, completed. */
        state?: string;
        /** @description How many at most. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "acquisitions": [
           *         {
           *           "id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *           "output_file": "/sf/data/run_0001.h5",
           *           "start_pulse_id": 1000,
           *           "earlier_starts": [
           *             {
           *               "start_pulse_id": 998,
           *               "time": 1795511700.25
           *             }
           *           ],
           *           "times": {
           *             "parameters": 1795511698.5,
           *             "start": 1795511700.75,
           *             "abandoned": 1795511760.5
           *           },
           *           "why": "given_up",
           *           "state": "abandoned"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['AcquisitionsReply'];
        };
      };
      /** @description invalid_query */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  acquirePast: {
    parameters: {
      query?: never;
      header?: {
        /** @description What the caller knows this acquisition by, e.g. a UUID; 16 to 64 letters, digits, hyphens. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PastAcquisition'];
      };
    };
    responses: {
      /** @description Recorded. */
      200: {
        headers: {
          /**
           * @description The first write request that it made; not there where it made none.
           * @example /requests/0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
           */
          Location?: string;
          /**
           * @description Ids of all write requests that it made, with commas: of its channels, and of its cameras, where it has any. Not there where it made none.
           * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e,0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e-images
           */
          'X-Request-Ids'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "request_ids": [
           *         "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e"
           *       ]
           *     }
           */
          'application/json': components['schemas']['CompletionReply'];
        };
      };
      /** @description invalid_parameters, output_file_refused, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description key_used_already */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_declared_json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description output_file_unreachable, no_channel_list, audit_trail_failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getAcquisition: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "acquisition": {
           *         "id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *         "output_file": "/sf/data/run_0001.h5",
           *         "start_pulse_id": 1000,
           *         "earlier_starts": [
           *           {
           *             "start_pulse_id": 998,
           *             "time": 1795511700.25
           *           }
           *         ],
           *         "times": {
           *           "parameters": 1795511698.5,
           *           "start": 1795511700.75,
           *           "abandoned": 1795511760.5
           *         },
           *         "why": "given_up",
           *         "parameters": {
           *           "general/created": "2026-11-24 10:15:00",
           *           "general/user": "p12345",
           *           "general/process": "DIA",
           *           "general/instrument": "SARES20",
           *           "output_file": "run_0001.h5",
           *           "channels": [
           *             "SIMULATOR-SCALAR-FLOAT64-1",
           *             "SIMULATOR-WAVEFORM-FLOAT32-1024-1"
           *           ]
           *         },
           *         "channels": [
           *           "SIMULATOR-SCALAR-FLOAT64-1",
           *           "SIMULATOR-WAVEFORM-FLOAT32-1024-1"
           *         ],
           *         "state": "abandoned"
           *       }
           *     }
           */
          'application/json': components['schemas']['AcquisitionReply'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_acquisition */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
    };
  };
  completeAcquisition: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "stop_pulse_id": 1299
         *     }
         */
        'application/json': components['schemas']['Completion'];
      };
    };
    responses: {
      /** @description Recorded. */
      200: {
        headers: {
          /**
           * @description The first write request that it made; not there where it made none.
           * @example /requests/0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
           */
          Location?: string;
          /**
           * @description Ids of all write requests that it made, with commas: of its channels, and of its cameras, where it has any. Not there where it made none.
           * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e,0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e-images
           */
          'X-Request-Ids'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "request_ids": [
           *         "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e"
           *       ]
           *     }
           */
          'application/json': components['schemas']['CompletionReply'];
        };
      };
      /** @description invalid_completion, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_acquisition */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description acquisition_completed, acquisition_under_way */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_declared_json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description audit_trail_failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  listRuns: {
    parameters: {
      query?: {
        /** @description The runs of this pgroup. Without it the reply names the pgroups this broker has served. */
        pgroup?: string;
        /** @description Of which beamline, where several have a pgroup of this name. */
        beamline?: string;
        /** @description Runs on a page. */
        limit?: number;
        /** @description Only runs with lower numbers: the `next` of the page before. */
        before?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "runs": [
           *         {
           *           "pgroup": "p12345",
           *           "beamline": "alvra",
           *           "run_number": 7,
           *           "layout": "run",
           *           "path": "/sf/alvra/data/p12345/raw/run0007",
           *           "tag": null,
           *           "acquisitions": 3,
           *           "request_time": "2026-11-30 18:30:00.250000"
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['RunsReply'];
        };
      };
      /** @description invalid_query */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_pgroup */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description pgroup_unreadable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getRun: {
    parameters: {
      query?: {
        /** @description Of which beamline, where several have a pgroup of this name. */
        beamline?: string;
      };
      header?: never;
      path: {
        /** @example p12345 */
        pgroup: string;
        /** @example 7 */
        run: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "run": {
           *         "pgroup": "p12345",
           *         "beamline": "alvra",
           *         "run_number": 7,
           *         "layout": "run",
           *         "path": "/sf/alvra/data/p12345/raw/run0007",
           *         "tag": null,
           *         "acquisitions": 3,
           *         "request_time": "2026-11-30 18:30:00.250000",
           *         "settled": true,
           *         "complete": true,
           *         "closed": false,
           *         "acquisitions_list": [
           *           {
           *             "acquisition_number": 1,
           *             "unique_acquisition_number": 42,
           *             "request_time": "2026-11-30 18:30:00.250000",
           *             "start_pulse_id": 1000,
           *             "stop_pulse_id": 1299,
           *             "rate_multiplicator": 1,
           *             "user_tag": null,
           *             "files": [
           *               {
           *                 "output_file": "/sf/alvra/data/p12345/raw/run0007/data/acq0001.BSDATA.h5",
           *                 "kind": "BSDATA",
           *                 "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *                 "state": "written",
           *                 "settled": true,
           *                 "complete": true,
           *                 "rows": 300,
           *                 "channels_asked": 1,
           *                 "channels_written": 1,
           *                 "missing_channels": [],
           *                 "message": null
           *               }
           *             ],
           *             "not_written": {}
           *           }
           *         ],
           *         "unreadable": []
           *       }
           *     }
           */
          'application/json': components['schemas']['RunReply'];
        };
      };
      /** @description invalid_query */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_pgroup, unknown_run */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description run_unreadable */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description pgroup_unreadable */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  waitForRun: {
    parameters: {
      query?: {
        /** @description Of which beamline, where several have a pgroup of this name. */
        beamline?: string;
        /** @description Seconds after which the answer comes in any case. */
        timeout?: number;
      };
      header?: never;
      path: {
        /** @example p12345 */
        pgroup: string;
        /** @example 7 */
        run: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "settled": true,
           *       "run": {
           *         "pgroup": "p12345",
           *         "beamline": "alvra",
           *         "run_number": 7,
           *         "layout": "run",
           *         "path": "/sf/alvra/data/p12345/raw/run0007",
           *         "tag": null,
           *         "acquisitions": 3,
           *         "request_time": "2026-11-30 18:30:00.250000",
           *         "settled": true,
           *         "complete": true,
           *         "closed": false,
           *         "acquisitions_list": [
           *           {
           *             "acquisition_number": 1,
           *             "unique_acquisition_number": 42,
           *             "request_time": "2026-11-30 18:30:00.250000",
           *             "start_pulse_id": 1000,
           *             "stop_pulse_id": 1299,
           *             "rate_multiplicator": 1,
           *             "user_tag": null,
           *             "files": [
           *               {
           *                 "output_file": "/sf/alvra/data/p12345/raw/run0007/data/acq0001.BSDATA.h5",
           *                 "kind": "BSDATA",
           *                 "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *                 "state": "written",
           *                 "settled": true,
           *                 "complete": true,
           *                 "rows": 300,
           *                 "channels_asked": 1,
           *                 "channels_written": 1,
           *                 "missing_channels": [],
           *                 "message": null
           *               }
           *             ],
           *             "not_written": {}
           *           }
           *         ],
           *         "unreadable": []
           *       }
           *     }
           */
          'application/json': components['schemas']['RunWaitReply'];
        };
      };
      /** @description invalid_query */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_pgroup, unknown_run */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description run_unreadable */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description pgroup_unreadable, too_many_waiters */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  listRequests: {
    parameters: {
      query?: {
        /** @description One or several with commas: queued, sent, received, retrieving, writing, returned, written, failed, superseded, skipped, unconfirmed, recorded. */
        state?: string;
        /** @description Made at this time or later: seconds since the epoch, 20261124-101500, or ISO 8601. */
        since?: string;
        /** @description Made at this time or before. */
        until?: string;
        /** @description The output file, with or without its folder. */
        output_file?: string;
        /** @description Part of the output file’s path, or of the id, in upper or lower case. */
        search?: string;
        /** @description Only requests of this lane: live goes before background. */
        lane?: 'live' | 'background';
        /** @description true: only requests with missing, failed or short channels; false: only the others. */
        incomplete?: boolean;
        /** @description true: only requests that failed and are tried again by themselves; false: only the others. */
        healing?: boolean;
        /** @description Requests on a page. */
        limit?: number;
        /** @description The `next` of the page before. */
        before?: string;
        /** @description The id of a request: the list begins with it, however many came since. */
        from?: string;
        /** @description How many requests of the list are left out first. */
        skip?: number;
        /** @description true: the reply says in `total` how many requests the list has. */
        total?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "requests": [
           *         {
           *           "channels_asked": 1,
           *           "channels_written": 1,
           *           "channels_missing": 0,
           *           "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *           "state": "written",
           *           "time": 1795511701.5,
           *           "accepted": 1795511700.25,
           *           "sequence": 1,
           *           "attempt": 1,
           *           "output_file": "/sf/data/run_0001.h5",
           *           "start_pulse_id": 1000,
           *           "stop_pulse_id": 1299,
           *           "writer_id": "6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55",
           *           "lane": "live",
           *           "bytes": 48213,
           *           "rows": 300,
           *           "file_bytes": 31245,
           *           "seconds": 0.52
           *         }
           *       ],
           *       "next": null
           *     }
           */
          'application/json': components['schemas']['RequestsReply'];
        };
      };
      /** @description invalid_query */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  submitRequest: {
    parameters: {
      query?: {
        /** @description Whether the file may be replaced by one with fewer rows. A `force` in the request itself does not count. */
        force?: boolean;
        /** @description live: goes before what is in the background. A `lane` in the request itself counts only where it has no request_id: else it was meant for that one. */
        lane?: 'live' | 'background';
      };
      header?: {
        /** @description The id that the request gets, e.g. a UUID; 16 to 64 letters, digits, hyphens. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "data_api_request": "{\"channels\":[{\"name\":\"SIMULATOR-SCALAR-FLOAT64-1\",\"backend\":\"sf-databuffer\"}],\"range\":{\"startPulseId\":1000,\"endPulseId\":1299}}",
         *       "parameters": "{\"general/created\":\"2026-11-24 10:15:00\",\"general/user\":\"p12345\",\"general/process\":\"DIA\",\"general/instrument\":\"SARES20\",\"output_file\":\"run_0001.h5\"}",
         *       "timestamp": 1795511700.25,
         *       "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
         *       "log_file": "/sf/bernina/data/p12345/raw/run0007/logs/acq0001.BSDATA.log",
         *       "lane": "live"
         *     }
         */
        'application/json': components['schemas']['WriteRequest'];
        'text/plain': string;
      };
    };
    responses: {
      /** @description Recorded. */
      200: {
        headers: {
          /**
           * @description The first write request that it made; not there where it made none.
           * @example /requests/0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
           */
          Location?: string;
          /**
           * @description Ids of all write requests that it made, with commas: of its channels, and of its cameras, where it has any. Not there where it made none.
           * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e,0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e-images
           */
          'X-Request-Ids'?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "request_id": "6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55",
           *       "replay_of": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e"
           *     }
           */
          'application/json': components['schemas']['SubmittedReply'];
        };
      };
      /** @description invalid_request, output_file_refused, malformed_json */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description key_used_already */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_declared_json */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description output_file_unreachable, audit_trail_failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getRequest: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
        request_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "request": {
           *         "channels_asked": 1,
           *         "channels_written": 1,
           *         "channels_missing": 0,
           *         "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *         "state": "written",
           *         "time": 1795511701.5,
           *         "accepted": 1795511700.25,
           *         "sequence": 1,
           *         "attempt": 1,
           *         "output_file": "/sf/data/run_0001.h5",
           *         "start_pulse_id": 1000,
           *         "stop_pulse_id": 1299,
           *         "writer_id": "6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55",
           *         "lane": "live",
           *         "bytes": 48213,
           *         "rows": 300,
           *         "file_bytes": 31245,
           *         "seconds": 0.52,
           *         "history": [
           *           {
           *             "time": 1795511700.26,
           *             "state": "queued",
           *             "attempt": 0
           *           },
           *           {
           *             "time": 1795511700.27,
           *             "state": "sent",
           *             "attempt": 1
           *           },
           *           {
           *             "time": 1795511701.5,
           *             "state": "written",
           *             "attempt": 1
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['RequestReply'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_request */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
    };
  };
  cancelRequest: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
        request_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Cancelled, and on disk. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "request": {
           *         "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *         "state": "recorded",
           *         "time": 1795511730.25,
           *         "accepted": 1795511700.25,
           *         "sequence": 1,
           *         "attempt": 0,
           *         "output_file": "/sf/data/run_0001.h5",
           *         "start_pulse_id": 1000,
           *         "stop_pulse_id": 1299,
           *         "lane": "background",
           *         "cancelled": true,
           *         "history": [
           *           {
           *             "time": 1795511700.26,
           *             "state": "queued",
           *             "attempt": 0
           *           },
           *           {
           *             "time": 1795511730.25,
           *             "state": "recorded",
           *             "attempt": 0
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['RequestReply'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_request */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description request_under_way, request_settled */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description outcome_not_saved */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getLine: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e */
        request_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "line": {
           *         "data_api_request": "{\"channels\":[{\"name\":\"SIMULATOR-SCALAR-FLOAT64-1\",\"backend\":\"sf-databuffer\"}],\"range\":{\"startPulseId\":1000,\"endPulseId\":1299}}",
           *         "parameters": "{\"general/created\":\"2026-11-24 10:15:00\",\"general/user\":\"p12345\",\"general/process\":\"DIA\",\"general/instrument\":\"SARES20\",\"output_file\":\"run_0001.h5\"}",
           *         "timestamp": 1795511700.25,
           *         "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *         "log_file": "/sf/bernina/data/p12345/raw/run0007/logs/acq0001.BSDATA.log",
           *         "lane": "live"
           *       }
           *     }
           */
          'application/json': components['schemas']['LineReply'];
        };
      };
      403: components['responses']['Refused403'];
      /** @description unknown_request, line_not_found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
    };
  };
  streamEvents: {
    parameters: {
      query?: never;
      header?: {
        /** @description Id of the last event seen: what came since is sent first. */
        'Last-Event-ID'?: number;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Goes on until the broker ends. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description invalid_query */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
      /** @description too_many_readers */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  advanceRunNumber: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pgroup": "p12345"
         *     }
         */
        'application/json': components['schemas']['PgroupRequest'];
      };
    };
    responses: {
      /** @description OK Or, with status error: body_too_large, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['RunNumberReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getNextRunNumber: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pgroup": "p12345"
         *     }
         */
        'application/json': components['schemas']['PgroupRequest'];
      };
    };
    responses: {
      /** @description OK Or, with status error: body_too_large, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['RunNumberReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getCurrentRunNumber: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pgroup": "p12345"
         *     }
         */
        'application/json': components['schemas']['PgroupRequest'];
      };
    };
    responses: {
      /** @description OK Or, with status error: body_too_large, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['RunNumberReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getLastRunNumber: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pgroup": "p12345"
         *     }
         */
        'application/json': components['schemas']['PgroupRequest'];
      };
    };
    responses: {
      /** @description OK Or, with status error: body_too_large, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['RunNumberReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  closePgroupWriting: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pgroup": "p12345"
         *     }
         */
        'application/json': components['schemas']['PgroupRequest'];
      };
    };
    responses: {
      /** @description Closed, and on disk. Or, with status error: body_too_large, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['ClosedReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getStatus: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped"
           *     }
           */
          'application/json': components['schemas']['StatusReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  getStatistics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "statistics": {
           *         "n_processed_requests": 0,
           *         "process_startup_time": "20261124-101112",
           *         "last_sent_write_request": {
           *           "data_api_request": "{\"channels\":[{\"name\":\"SIMULATOR-SCALAR-FLOAT64-1\",\"backend\":\"sf-databuffer\"}],\"range\":{\"startPulseId\":1000,\"endPulseId\":1299}}",
           *           "parameters": "{\"general/created\":\"2026-11-24 10:15:00\",\"general/user\":\"p12345\",\"general/process\":\"DIA\",\"general/instrument\":\"SARES20\",\"output_file\":\"run_0001.h5\"}",
           *           "timestamp": 1795511700.25,
           *           "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *           "log_file": "/sf/bernina/data/p12345/raw/run0007/logs/acq0001.BSDATA.log",
           *           "lane": "live"
           *         },
           *         "last_sent_write_request_time": "20261124-101500",
           *         "requests_recorded": 0,
           *         "requests_queued": 0,
           *         "requests_under_way": 0,
           *         "requests_unnamed": 0,
           *         "requests_healing": 0,
           *         "requests_sent": 0,
           *         "send_failures": 0,
           *         "outcomes_waiting": 0,
           *         "writers_connected": 0,
           *         "peers_refused": 0,
           *         "writers": [
           *           {
           *             "writer_id": "6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55",
           *             "version": "0.1.0",
           *             "host": "sf-writer-1",
           *             "pid": 4242,
           *             "started": 1795511000.5,
           *             "connected_since": 1795511001,
           *             "last_seen": 1795511705.25,
           *             "concurrency": 2,
           *             "heeds_handling": true,
           *             "quarantined": false,
           *             "unable": null,
           *             "requests_under_way": 0,
           *             "requests_written": 1,
           *             "requests_failed": 0,
           *             "requests_superseded": 0,
           *             "bytes": 48213,
           *             "last_error": null,
           *             "last_file": {
           *               "time": 1795511701.5,
           *               "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *               "output_file": "/sf/data/run_0001.h5",
           *               "first_pulse_id": 1000,
           *               "last_pulse_id": 1299,
           *               "channels": 1,
           *               "rows": 300,
           *               "bytes": 48213
           *             }
           *           }
           *         ],
           *         "epics_notifications_sent": 0,
           *         "epics_notifications_failed": 0,
           *         "calls_failed": 0,
           *         "channel_list": {
           *           "path": "/etc/sf_databuffer/channels",
           *           "channels": 42,
           *           "read_at": "2026-11-24T09:11:12.000Z",
           *           "problem": null
           *         },
           *         "audit_file": "/var/log/sf_databuffer_audit.log",
           *         "audit_trail_only": false
           *       }
           *     }
           */
          'application/json': components['schemas']['StatisticsReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  endBroker: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It ends. No body. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getLogLevel: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "log_level": "DEBUG"
           *     }
           */
          'application/json': components['schemas']['LogLevelReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  setLogLevel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @example DEBUG */
        log_level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The level in force. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "log_level": "DEBUG"
           *     }
           */
          'application/json': components['schemas']['LogLevelReply'];
        };
      };
      /** @description invalid_log_level */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example # HELP sf_databuffer_broker_requests_queued Requests that wait to be sent.
           *     # TYPE sf_databuffer_broker_requests_queued gauge
           *     sf_databuffer_broker_requests_queued 0
           */
          'text/plain': string;
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  getLiveness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It does. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok",
           *       "info": {},
           *       "error": {},
           *       "details": {}
           *     }
           */
          'application/json': components['schemas']['HealthReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  getReadiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It can; where it is `degraded` somebody should look. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "degraded",
           *       "info": {
           *         "trail": {
           *           "status": "up",
           *           "file": "/var/log/sf_databuffer_audit.log"
           *         },
           *         "output_port": {
           *           "status": "up",
           *           "output": "tcp://0.0.0.0:12500",
           *           "reports": "tcp://0.0.0.0:12501"
           *         },
           *         "requests": {
           *           "status": "up",
           *           "queued": 0,
           *           "under_way": 1,
           *           "oldest_age_s": 3,
           *           "oldest_background_age_s": 0
           *         },
           *         "writers": {
           *           "status": "degraded",
           *           "connected": 0,
           *           "message": "no writer is connected"
           *         }
           *       },
           *       "error": {},
           *       "details": {
           *         "trail": {
           *           "status": "up",
           *           "file": "/var/log/sf_databuffer_audit.log"
           *         },
           *         "output_port": {
           *           "status": "up",
           *           "output": "tcp://0.0.0.0:12500",
           *           "reports": "tcp://0.0.0.0:12501"
           *         },
           *         "requests": {
           *           "status": "up",
           *           "queued": 0,
           *           "under_way": 1,
           *           "oldest_age_s": 3,
           *           "oldest_background_age_s": 0
           *         },
           *         "writers": {
           *           "status": "degraded",
           *           "connected": 0,
           *           "message": "no writer is connected"
           *         }
           *       }
           *     }
           */
          'application/json': components['schemas']['HealthReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
      /** @description It can not: `error` says why. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "error",
           *       "info": {
           *         "output_port": {
           *           "status": "up",
           *           "output": "tcp://0.0.0.0:12500",
           *           "reports": "tcp://0.0.0.0:12501"
           *         },
           *         "requests": {
           *           "status": "up",
           *           "queued": 0,
           *           "under_way": 1,
           *           "oldest_age_s": 3,
           *           "oldest_background_age_s": 0
           *         },
           *         "writers": {
           *           "status": "degraded",
           *           "connected": 0,
           *           "message": "no writer is connected"
           *         }
           *       },
           *       "error": {
           *         "trail": {
           *           "status": "down",
           *           "file": "/var/log/sf_databuffer_audit.log",
           *           "message": "The audit trail /var/log/sf_databuffer_audit.log can't be written: …"
           *         }
           *       },
           *       "details": {
           *         "output_port": {
           *           "status": "up",
           *           "output": "tcp://0.0.0.0:12500",
           *           "reports": "tcp://0.0.0.0:12501"
           *         },
           *         "requests": {
           *           "status": "up",
           *           "queued": 0,
           *           "under_way": 1,
           *           "oldest_age_s": 3,
           *           "oldest_background_age_s": 0
           *         },
           *         "writers": {
           *           "status": "degraded",
           *           "connected": 0,
           *           "message": "no writer is connected"
           *         },
           *         "trail": {
           *           "status": "down",
           *           "file": "/var/log/sf_databuffer_audit.log",
           *           "message": "The audit trail /var/log/sf_databuffer_audit.log can't be written: …"
           *         }
           *       }
           *     }
           */
          'application/json': components['schemas']['HealthReply'];
        };
      };
    };
  };
  getOverview: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "overview": {
           *         "time": 1795511705.25,
           *         "host": "sf-daq-1",
           *         "version": "0.1.0 (bd4fadc)",
           *         "started": 1795511000,
           *         "page": "full",
           *         "audit_trail_only": false,
           *         "channel_search": false,
           *         "acquisition": {
           *           "status": "receiving",
           *           "id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *           "output_file": "/sf/data/run_0001.h5",
           *           "instrument": "SARES20",
           *           "user": "p12345",
           *           "channels": 98,
           *           "configured_at": 1795511690.25,
           *           "start_pulse_id": 1000,
           *           "started_at": 1795511700.25
           *         },
           *         "queue": {
           *           "waiting": 0,
           *           "under_way": 0,
           *           "healing": 0,
           *           "oldest_age": 0
           *         },
           *         "health": [
           *           {
           *             "check": "writers",
           *             "status": "degraded",
           *             "message": "no writer is connected"
           *           }
           *         ],
           *         "writers": [
           *           {
           *             "writer_id": "6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55",
           *             "version": "0.1.0",
           *             "host": "sf-writer-1",
           *             "pid": 4242,
           *             "started": 1795511000.5,
           *             "connected_since": 1795511001,
           *             "last_seen": 1795511705.25,
           *             "concurrency": 2,
           *             "heeds_handling": true,
           *             "quarantined": false,
           *             "unable": null,
           *             "requests_under_way": 0,
           *             "requests_written": 1,
           *             "requests_failed": 0,
           *             "requests_superseded": 0,
           *             "bytes": 48213,
           *             "last_error": null,
           *             "last_file": {
           *               "time": 1795511701.5,
           *               "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *               "output_file": "/sf/data/run_0001.h5",
           *               "first_pulse_id": 1000,
           *               "last_pulse_id": 1299,
           *               "channels": 1,
           *               "rows": 300,
           *               "bytes": 48213
           *             },
           *             "silent": false,
           *             "jobs": [
           *               {
           *                 "channels_asked": 1,
           *                 "channels_written": 1,
           *                 "channels_missing": 0,
           *                 "request_id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *                 "state": "written",
           *                 "time": 1795511701.5,
           *                 "accepted": 1795511700.25,
           *                 "sequence": 1,
           *                 "attempt": 1,
           *                 "output_file": "/sf/data/run_0001.h5",
           *                 "start_pulse_id": 1000,
           *                 "stop_pulse_id": 1299,
           *                 "writer_id": "6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55",
           *                 "lane": "live",
           *                 "bytes": 48213,
           *                 "rows": 300,
           *                 "file_bytes": 31245,
           *                 "seconds": 0.52
           *               }
           *             ],
           *             "bytes_per_second": 2500000
           *           }
           *         ],
           *         "silent_writers": 0,
           *         "throughput": {
           *           "seconds": 10,
           *           "end": 1795511700,
           *           "bytes": [
           *             0
           *           ],
           *           "files": [
           *             0
           *           ],
           *           "failed": [
           *             0
           *           ]
           *         }
           *       }
           *     }
           */
          'application/json': components['schemas']['OverviewReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  getPresentAcquisition: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "acquisition": {
           *         "status": "receiving",
           *         "id": "0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e",
           *         "output_file": "/sf/data/run_0001.h5",
           *         "instrument": "SARES20",
           *         "user": "p12345",
           *         "channels": 98,
           *         "configured_at": 1795511690.25,
           *         "start_pulse_id": 1000,
           *         "started_at": 1795511700.25
           *       }
           *     }
           */
          'application/json': components['schemas']['PresentAcquisitionReply'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  findChannels: {
    parameters: {
      query?: {
        /** @description Part of the name, in upper or lower case; all by default. */
        search?: string;
        /** @description How many at most. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "state": "ok",
           *       "status": "stopped",
           *       "channels": [
           *         {
           *           "name": "SARES11-LSCP10-FNS:CH0:VAL_GET",
           *           "backend": "sf-databuffer",
           *           "source": "list"
           *         }
           *       ],
           *       "more": false
           *     }
           */
          'application/json': components['schemas']['ChannelsReply'];
        };
      };
      /** @description invalid_query */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      403: components['responses']['Refused403'];
      413: components['responses']['Refused413'];
    };
  };
  getFileEntity: {
    parameters: {
      query?: {
        /** @description Which soft links are shown as what they lead to. External ones never are. */
        resolve_links?: 'only_valid' | 'all' | 'none';
        /** @description The file: its path, absolute or relative to an output root. */
        file?: string;
        /** @description The object: its path in the file, / by default. */
        path?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "data",
           *       "kind": "dataset",
           *       "shape": [
           *         300,
           *         1
           *       ],
           *       "chunks": null,
           *       "filters": null,
           *       "target_path": "/data/X",
           *       "target_file": "other.h5"
           *     }
           */
          'application/json': components['schemas']['FileEntityReply'];
        };
      };
      /** @description invalid_query, bad_question */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_served */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_found, not_in_file, link_unresolved */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_hdf5, damaged_file, not_readable_here */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_unreadable, viewer_busy, reading_ended */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description reading_timed_out, too_much_work */
      504: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getFileAttributes: {
    parameters: {
      query?: {
        /** @description Name of an attribute; repeatable; all by default. */
        attr_keys?: string[];
        /** @description The file: its path, absolute or relative to an output root. */
        file?: string;
        /** @description The object: its path in the file, / by default. */
        path?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "units": "V"
           *     }
           */
          'application/json': components['schemas']['FileAttributesReply'];
        };
      };
      /** @description invalid_query, bad_question */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_served */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_found, not_in_file, link_unresolved */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_hdf5, damaged_file, not_readable_here */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_unreadable, viewer_busy, reading_ended */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description reading_timed_out, too_much_work */
      504: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getFileData: {
    parameters: {
      query?: {
        /** @description Which part, as numpy slices: 0,2:5,: (everything by default). */
        selection?: string;
        /** @description json, or a file to be saved. */
        format?: 'json' | 'bin' | 'npy' | 'csv' | 'tiff';
        /** @description true: one list instead of lists in lists. */
        flatten?: boolean;
        /** @description safe: types that JavaScript has, little endian and float32 for float16. Of bin, npy. */
        dtype?: 'origin' | 'safe';
        /** @description The file: its path, absolute or relative to an output root. */
        file?: string;
        /** @description The object: its path in the file, / by default. */
        path?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /** @example [1, 2, 3] */
          'application/json': string;
        };
      };
      /** @description invalid_query, bad_question */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_served */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_found, not_in_file, link_unresolved */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_hdf5, damaged_file, not_readable_here */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_unreadable, viewer_busy, reading_ended */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description reading_timed_out, too_much_work */
      504: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getFileStatistics: {
    parameters: {
      query?: {
        /** @description Which part, as numpy slices: 0,2:5,: (everything by default). */
        selection?: string;
        /** @description The file: its path, absolute or relative to an output root. */
        file?: string;
        /** @description The object: its path in the file, / by default. */
        path?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "strict_positive_min": 0.25,
           *       "positive_min": 0,
           *       "min": -1,
           *       "max": 1,
           *       "mean": 0.1,
           *       "std": 0.5
           *     }
           */
          'application/json': components['schemas']['FileStatisticsReply'];
        };
      };
      /** @description invalid_query, bad_question */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_served */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_found, not_in_file, link_unresolved */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_hdf5, damaged_file, not_readable_here */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_unreadable, viewer_busy, reading_ended */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description reading_timed_out, too_much_work */
      504: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getFilePaths: {
    parameters: {
      query?: {
        /** @description Which soft links are shown as what they lead to. External ones never are. */
        resolve_links?: 'only_valid' | 'all' | 'none';
        /** @description The file: its path, absolute or relative to an output root. */
        file?: string;
        /** @description The object: its path in the file, / by default. */
        path?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /** @example ["/", "/data", "/data/X"] */
          'application/json': string;
        };
      };
      /** @description invalid_query, bad_question */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_served */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_found, not_in_file, link_unresolved */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_hdf5, damaged_file, not_readable_here */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_unreadable, viewer_busy, reading_ended */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description reading_timed_out, too_much_work */
      504: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getFileTable: {
    parameters: {
      query?: {
        /** @description The file: its path, absolute or relative to an output root. */
        file?: string;
        /** @description The channel: /data/<channel>; where the file has its channels at its root, also /<channel>. */
        path?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example pulse_id,date,X
           *     1000,2026-11-24T10:15:00.000000000+01:00,0.5
           */
          'text/csv': string;
        };
      };
      /** @description invalid_query, bad_question */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_served */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_found, not_in_file, link_unresolved */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_hdf5, damaged_file, not_readable_here */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_unreadable, viewer_busy, reading_ended */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description reading_timed_out, too_much_work */
      504: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  getFileCoverage: {
    parameters: {
      query?: {
        /** @description The file: its path, absolute or relative to an output root. */
        file?: string;
        /** @description Name of a channel; repeatable, 100 at most. */
        channel?: string[];
        /** @description First pulse; what the file was asked for by default. */
        start_pulse_id?: number;
        /** @description Last pulse, which counts too. */
        stop_pulse_id?: number;
        /** @description Equal parts of the range in which rows are counted. */
        bins?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "start_pulse_id": 1000,
           *       "stop_pulse_id": 1299,
           *       "channels": [
           *         {
           *           "name": "SARES11-LSCP10-FNS:CH0:VAL_GET",
           *           "rows": 300,
           *           "present": 300,
           *           "first_pulse_id": 1000,
           *           "last_pulse_id": 1299,
           *           "bins": [
           *             150,
           *             150
           *           ],
           *           "error": "the file has no channel X."
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['FileCoverageReply'];
        };
      };
      /** @description invalid_query, bad_question */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_served */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_not_found, not_in_file, link_unresolved */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      413: components['responses']['Refused413'];
      /** @description not_hdf5, damaged_file, not_readable_here */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description file_unreadable, viewer_busy, reading_ended */
      503: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
      /** @description reading_timed_out, too_much_work */
      504: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErrorBody'];
        };
      };
    };
  };
  retrieveFromBuffers: {
    parameters: {
      query?: never;
      header?: {
        /** @description Another key makes a new acquisition of an equal call; 16 to 64 letters, digits, hyphens. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RetrieveRequest'];
      };
    };
    responses: {
      /** @description Recorded. Or, with status error: body_too_large, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, run_number_ahead, run_number_used, run_tag_differs, malformed_json, not_declared_json, retrieval_not_saved, audit_trail_failed. */
      200: {
        headers: {
          /**
           * @description The first write request that it made; not there where it made none.
           * @example /requests/0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e
           */
          Location?: string;
          /**
           * @description Ids of all write requests that it made, with commas: of its channels, and of its cameras, where it has any. Not there where it made none.
           * @example 0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e,0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e-images
           */
          'X-Request-Ids'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['RetrievalReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getPvList: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK Or, with status error: body_too_large, unknown_network, no_pv_list_file, pv_list_unusable. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['PvListReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  setPvList: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pv_list": [
         *         "SARFE10-PSSS059:FWHM",
         *         "SARFE10-PSSS059:SPECT-COM"
         *       ]
         *     }
         */
        'application/json': components['schemas']['SetPvListRequest'];
      };
    };
    responses: {
      /** @description Replaced, and on disk. Or, with status error: body_too_large, unknown_network, no_pv_list_file, pv_list_unusable, invalid_run_call, pv_list_not_saved, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['PvListReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getAllowedDetectors: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK Or, with status error: body_too_large, unknown_network. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | components['schemas']['AllowedDetectorsReply']
            | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getAllowedDetectorsList: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK Or, with status error: body_too_large, unknown_network. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['DetectorListReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getRunningDetectors: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK Or, with status error: body_too_large, unknown_network. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            | components['schemas']['RunningDetectorsReply']
            | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  getRunningDetectorsList: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK Or, with status error: body_too_large, unknown_network. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['DetectorListReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  takePedestal: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pgroup": "p12345",
         *       "detectors": [
         *         "JF07T32V02"
         *       ],
         *       "rate_multiplicator": 1,
         *       "run_log_level": "INFO"
         *     }
         */
        'application/json': components['schemas']['PedestalRequest'];
      };
    };
    responses: {
      /** @description Handed on. Or, with status error: body_too_large, no_request_exchange, invalid_run_call, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, not_handed_on, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['DetectorReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  powerOnDetector: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "detector_name": "JF07T32V02"
         *     }
         */
        'application/json': components['schemas']['PowerOnRequest'];
      };
    };
    responses: {
      /** @description Handed on. Or, with status error: body_too_large, no_request_exchange, invalid_run_call, unknown_network, not_handed_on, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['DetectorReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
  copyUserFiles: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pgroup": "p12345",
         *       "run_number": 7,
         *       "files": [
         *         "/sf/bernina/data/p12345/res/scan_notes.json"
         *       ]
         *     }
         */
        'application/json': components['schemas']['CopyUserFilesRequest'];
      };
    };
    responses: {
      /** @description All that destination_files names is on disk. Or, with status error: body_too_large, invalid_run_call, unknown_network, pgroup_folder_missing, pgroup_not_writable, pgroup_closed, pgroup_busy, run_not_there, run_ambiguous, malformed_json, not_declared_json. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json':
            components['schemas']['CopyUserFilesReply'] | components['schemas']['ClientErrorBody'];
        };
      };
      /** @description address_not_allowed, unexpected_host, cross_site_call */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
      /** @description too_many_calls */
      429: {
        headers: {
          /** @description Seconds to wait. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClientErrorBody'];
        };
      };
    };
  };
}
