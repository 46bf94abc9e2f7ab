import { createBroker, startBroker } from '../broker/create-broker.js';
import { Shutdown } from '../broker/process/shutdown.js';
import type { BrokerSettings } from '../config/broker-settings.js';
import type { WriterSettings } from '../config/writer-settings.js';
import { endpointOf } from '../databuffer/http/endpoint.js';
import { createSimulator } from '../databuffer/simulator/create-simulator.js';
import { WORK_QUEUE, type WorkQueue } from '../transport/work-queue.js';
import { createWriter } from '../writer/create-writer.js';
import type { CommandLine } from './command-line.js';
import { listenOn } from './listen.js';
import { describeQueue } from './local-queue.js';
import { localSettings } from './local-settings.js';
import { checkPorts } from './ports.js';
import { startLogging } from './service.js';

/** Broker and writer in this process, and a simulator unless there is other data, talking as processes would. */
export interface LocalServices {
  /** The broker's REST interface. */
  readonly brokerUrl: string;
  /** The page for people; undefined where it is off. */
  readonly pageUrl: string | undefined;
  /** What the writer asks. */
  readonly dataApiUrl: string;
  /** What it asks for cameras, where that is something else. */
  readonly imageApiUrl: string | undefined;
  readonly dataApiProtocol: WriterSettings['data_api_protocol'];
  readonly isSimulated: boolean;
  /** What carries the requests; undefined where it is ZMQ, within this process. */
  readonly queue: string | undefined;
  readonly settings: Readonly<BrokerSettings>;
  /** Settles when somebody asks the broker to end. */
  readonly shutdownRequested: Promise<void>;
  /** Ends all services, in order. */
  close(): Promise<void>;
}

/**
 * Starts all of them. When one can't start, those that did are closed.
 *
 * @throws InvalidSettings naming what is wrong with the settings of any of them
 * @throws PortsTaken naming all that another program has
 */
export async function startLocalServices(line: CommandLine): Promise<LocalServices> {
  const settings = localSettings(line);
  await checkPorts(settings);
  const log = startLogging(settings.broker);
  const started: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const service of started.splice(0)) await service.close();
  };
  try {
    let dataApi: DataApi = settings.writer;
    if (settings.simulator) {
      const simulator = await createSimulator();
      started.unshift(simulator);
      const address = await listenOn(simulator, settings.simulator.port, '127.0.0.1', 'simulator');
      dataApi = simulatedDataApi(address, settings.writer);
    }

    const { channel_search_url = endpointOf(dataApi.data_api_url, '') } = settings.broker;
    const broker = await createBroker({ ...settings.broker, channel_search_url }, log);
    const brokerUrl = await startBroker(broker);
    started.unshift(broker);

    const queue = broker.get<WorkQueue>(WORK_QUEUE, { strict: false });
    const { stream_address, report_address } = queue.addresses;
    const writer = await createWriter(
      {
        ...settings.writer,
        ...dataApi,
        // Null where requests and reports don't travel over ports.
        stream_address: stream_address ?? settings.writer.stream_address,
        report_address: report_address ?? undefined,
      },
      log,
    );
    // Ends first: what it does not finish goes back to the broker.
    started.unshift(writer);
    await writer.listen();
    const shutdownRequested = broker.get(Shutdown).requested;
    return {
      brokerUrl,
      pageUrl: settings.broker.page === 'off' ? undefined : `${brokerUrl}/`,
      dataApiUrl: dataApi.data_api_url,
      imageApiUrl: dataApi.image_api_url,
      dataApiProtocol: settings.writer.data_api_protocol,
      isSimulated: settings.simulator !== undefined,
      queue: await describeQueue(queue, settings.broker),
      settings: settings.broker,
      shutdownRequested,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type DataApi = Pick<WriterSettings, 'data_api_url' | 'image_api_url'>;

/** Where a simulator takes the questions of a protocol. @param address e.g. `http://127.0.0.1:8080` */
function simulatedDataApi(
  address: string,
  { data_api_protocol, image_api_url }: WriterSettings,
): DataApi {
  if (data_api_protocol !== 'api4') return { data_api_url: `${address}/query`, image_api_url };
  // Images are not served by API 4.
  return {
    data_api_url: `${address}/api/4`,
    image_api_url: image_api_url ?? `${address}/api/1`,
  };
}
