import { DataSourceError } from '../../errors.js';
import type { Check } from '../check.js';
import { type Finding, ok } from '../finding.js';

/** The list of channels, for those who look for one. */
export const search: Check = {
  name: 'search',
  run: async ({ server, busiest }) => {
    const what = 'POST /channels';
    try {
      const regex = busiest.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
      const names = await server.channelsLike(regex);
      if (!names.includes(busiest)) return [without(`${what} does not find ${busiest}`)];
      const other = names.find((name) => !name.toLowerCase().includes(busiest.toLowerCase()));
      if (other !== undefined) return [without(`${what} heeds no "regex"`)];
      return [ok(`${what} finds channels`)];
    } catch (error) {
      if (!(error instanceof DataSourceError)) throw error;
      return [without(`${what}: ${error.message}`)];
    }
  },
};

function without(what: string): Finding {
  return {
    verdict: 'note',
    what,
    cost: "the broker's page and GET /channels can't find channels by a part of their name",
    remedy: 'answer [{"channels": [names]}] for {"regex"}, or list them by --channels_file',
  };
}
