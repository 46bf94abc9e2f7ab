import { type Command, Option } from 'commander';
import { InvalidSettings } from '../../config/errors.js';
import { settingsOf } from '../../config/setting.js';
import { withoutCredentials } from '../../config/url-credentials.js';
import { type DataApiProtocol, JobSettings } from '../../config/writer-settings.js';
import { DataServer, type ServerAddress } from '../../databuffer/probe/data-server.js';
import { NothingToAsk } from '../../databuffer/probe/errors.js';
import { type Known, probe } from '../../databuffer/probe/probe.js';
import { readCertificates } from '../../http-client/certificate-file.js';
import { HeadersFile } from '../../http-client/headers-file.js';
import { RequestError } from '../../request/errors.js';
import { isCamera } from '../../request/channel.js';
import { type PulseRange, parsePulseId } from '../../request/pulse-range.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { printError, printLine } from '../print-line.js';
import { settingsCommand } from '../settings-command.js';
import { linesOf, type ProbedApi, verdictOf } from './lines.js';
import { protocolHint } from './protocol-hint.js';

const USED = new Set([
  ...['data_api_url', 'data_api_protocol', 'image_api_url', 'data_api_ca', 'data_api_headers_file'],
  'channels_at_once',
]);
const OTHERS = settingsOf(JobSettings)
  .map(({ name }) => name)
  .filter((name) => !USED.has(name));
/** More would be no probe any more. */
const MOST_PULSES = 10_000;
const WRONG_USAGE = 2;
const CAMERAS_ALONE =
  '--channels names cameras alone, which data API 4 does not have: give --image_api_url as well';

/** `sf-databuffer probe`: whether a data buffer has what a writer relies on. */
export function probeCommand(): Command {
  return settingsCommand(
    'probe',
    {
      description:
        'Asks a data buffer for all that a writer relies on, as a writer asks, and says where it ' +
        'deviates, what that costs, and what to change. Asks for channels that it lists (POST /channels, ' +
        'or search/channel of api4) and for recent pulses, unless they are named. Exit code 0: all is as a writer needs it; 1: some ' +
        'deviations cost data or requests; 2: wrong settings, or nothing to ask for.',
      settings: [JobSettings],
      without: OTHERS,
      options: [
        new Option(
          '--channels [names]',
          'channels that have data, separated by commas; repeatable (default: some that it lists)',
        ).argParser((names: string, before?: string[]) => [...(before ?? []), ...names.split(',')]),
        new Option('--pulses [first-last]', 'pulses of which there is data (default: recent ones)'),
        new Option('--json', 'one JSON object'),
      ],
      examples: [
        'sf-databuffer probe --data_api_url http://localhost:8090/query',
        'sf-databuffer probe --data_api_url http://host/query \\',
        '    --channels LAB:LOAD,LAB:WAVE --pulses 1000-1099',
        'sf-databuffer probe --data_api_url https://host/api/1 \\',
        '    --data_api_protocol binary',
        'sf-databuffer probe --data_api_url https://host/api/4 \\',
        '    --data_api_protocol api4 --image_api_url https://host/api/1',
      ],
    },
    run,
  );
}

interface Api {
  readonly address: ServerAddress;
  readonly protocol: DataApiProtocol;
  readonly fits: Known['fits'];
}

async function run(line: CommandLine): Promise<void> {
  const problems: string[] = [];
  const channels = channelsIn(line.values.channels, problems);
  const range = rangeIn(line.values.pulses, problems);
  const settings = settingsFrom(withProblems(line, problems), JobSettings);
  if (!apisOf(settings).some(({ fits }) => channels.length === 0 || channels.some(fits))) {
    throw new InvalidSettings([CAMERAS_ALONE]);
  }
  const { data_api_ca: ca } = settings;
  const certificates = ca === undefined ? undefined : readCertificates(ca, 'data_api_ca');
  const headers = await headersOf(settings);
  const isJson = line.values.json === true;
  const probed: ProbedApi[] = [];
  let isWhole = true;
  for (const { address, protocol, fits } of apisOf(settings)) {
    const own = channels.filter(fits);
    if (channels.length > 0 && own.length === 0) continue;
    const server = new DataServer(address, protocol, { certificates, headers });
    const api: ProbedApi = { url: withoutCredentials(address.url), protocol, findings: [] };
    probed.push(api);
    try {
      for await (const news of probe(server, { channels: own, range, fits })) {
        if ('check' in news) api.findings.push(news);
        else Object.assign(api, { channels: news.channels, ...news.range });
        if (!isJson) for (const text of linesOf(api, news)) await printLine(text);
      }
    } catch (error) {
      if (!(error instanceof NothingToAsk)) throw error;
      printError(error.message);
      const hint = protocolHint(protocol, address.url);
      if (hint) printError(hint);
      isWhole = false;
    } finally {
      await server.close();
    }
  }
  const { text, deviations } = verdictOf(probed, isWhole);
  if (!isJson) await printLine('');
  await printLine(isJson ? JSON.stringify({ deviations, complete: isWhole, apis: probed }) : text);
  process.exitCode = isWhole ? Math.min(deviations, 1) : WRONG_USAGE;
}

/** @throws HeadersFileUnusable */
async function headersOf(settings: Readonly<JobSettings>): Promise<HeadersFile | undefined> {
  const { data_api_headers_file: path, data_api_url: url, image_api_url: images } = settings;
  if (path === undefined) return undefined;
  const file = new HeadersFile(path, images === undefined ? [url] : [url, images]);
  await file.prove();
  for (const warning of file.takeWarnings()) printError(warning);
  return file;
}

/** Cameras are asked for at an API of their own, where there is one. */
function apisOf(settings: Readonly<JobSettings>): Api[] {
  const { data_api_url: url, data_api_protocol: protocol, image_api_url: images } = settings;
  const isApi4 = protocol === 'api4';
  const api4Url = isApi4 ? url : undefined;
  const address = { url, api4Url, channelsAtOnce: settings.channels_at_once };
  const others: Api = { address, protocol, fits: (name) => !isCamera(name) };
  if (images === undefined) return [isApi4 ? others : { ...others, fits: () => true }];
  const cameras = { url: images, mappingUrl: isApi4 ? undefined : url, api4Url };
  return [others, { address: cameras, protocol: 'binary', fits: isCamera }];
}

function channelsIn(given: unknown, problems: string[]): string[] {
  if (given === undefined) return [];
  const texts = Array.isArray(given) ? (given as string[]) : [];
  const names = texts.map((name) => name.trim()).filter((name) => name !== '');
  if (names.length === 0) problems.push('--channels needs names, separated by commas');
  return [...new Set(names)];
}

function rangeIn(given: unknown, problems: string[]): PulseRange | undefined {
  if (given === undefined) return undefined;
  const [, first, last] = /^(\d+)-(\d+)$/.exec(given === true ? '' : (given as string)) ?? [];
  try {
    const startPulseId = parsePulseId(first, 'first pulse');
    const endPulseId = parsePulseId(last, 'last pulse');
    const count = endPulseId - startPulseId + 1;
    if (count >= 1 && count <= MOST_PULSES) return { startPulseId, endPulseId };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
  problems.push(
    `--pulses needs FIRST-LAST, two pulse ids in order, ${MOST_PULSES} pulses at most, e.g. 1000-1099`,
  );
  return undefined;
}
