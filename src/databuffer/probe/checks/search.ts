import { DataSourceError } from '../../errors.js';
import type { Check, Probed } from '../check.js';
import type { DataServer } from '../data-server.js';
import { type Finding, ok } from '../finding.js';

/** The list of channels, for those who look for one. */
export const search: Check = {
  name: 'search',
  run: async (probed) => {
    const { server } = probed;
    try {
      const wrong = await wrongWith(probed);
      if (wrong === undefined) return [ok(`${server.listCall} finds channels`)];
      return [without(server, `${server.listCall} ${wrong}`)];
    } catch (error) {
      if (!(error instanceof DataSourceError)) throw error;
      return [without(server, `${server.listCall}: ${error.message}`)];
    }
  },
};

async function wrongWith({ server, busiest }: Probed): Promise<string | undefined> {
  const regex = busiest.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  const names = await server.channelsLike(regex);
  if (!names.includes(busiest)) return `does not find ${busiest}`;
  const other = names.find((name) => !name.toLowerCase().includes(busiest.toLowerCase()));
  return other === undefined ? undefined : `heeds no "${parameterOf(server)}"`;
}

function parameterOf({ protocol }: DataServer): string {
  return protocol === 'api4' ? 'nameRegex' : 'regex';
}

function without(server: DataServer, what: string): Finding {
  const isApi4 = server.protocol === 'api4';
  const cost = "the broker's page and GET /channels can't find channels by a part of their name";
  const answer = isApi4
    ? 'answer {"channels": [{"backend", "name", "type", "shape", "unit", "description"}]} for nameRegex'
    : 'answer [{"channels": [names]}] for {"regex"}';
  return {
    verdict: 'note',
    what,
    cost: isApi4 ? `${cost}; files lack units and descriptions` : cost,
    remedy: `${answer}, or list them by --channels_file`,
  };
}
