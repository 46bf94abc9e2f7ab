import type { OnModuleInit } from '@nestjs/common';
import type { ChannelListFile } from '../acquisition/channel-list-file.js';
import type { DataApiSearch } from './data-api-search.js';
import type { ChannelsReply, FoundChannel } from './replies.js';

/** Searches for channels wherever their names are known. */
export class ChannelSearch implements OnModuleInit {
  /** @param dataApi undefined where none is configured */
  constructor(
    private readonly list: ChannelListFile,
    private readonly dataApi: DataApiSearch | undefined,
  ) {}

  onModuleInit(): void {
    void this.dataApi?.checkHeaders();
  }

  /** Whether there is anything to search. */
  get isThere(): boolean {
    return this.dataApi !== undefined || this.list.isConfigured;
  }

  /**
   * The channels whose names have a text in them, in upper or lower case: those of the list, then others that
   * the data API knows. What can't be searched is left out, and said.
   */
  async find(
    text: string,
    limit: number,
  ): Promise<Pick<ChannelsReply, 'channels' | 'more' | 'problem'>> {
    const part = text.trim();
    const [listed, known] = await Promise.allSettled([
      this.list.names(),
      this.dataApi?.find(part) ?? [],
    ]);
    const problems = [listed, known]
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => (reason as Error).message);
    const found = new Map<string, FoundChannel>();
    const lower = part.toLowerCase();
    for (const name of (listed.status === 'fulfilled' && listed.value) || []) {
      if (name.toLowerCase().includes(lower)) found.set(name, { name, source: 'list' });
    }
    for (const { name, backend } of known.status === 'fulfilled' ? known.value : []) {
      const { source } = found.get(name) ?? { source: 'data_api' };
      found.set(name, { name, backend, source });
    }
    const channels = [...found.values()];
    return {
      channels: channels.slice(0, limit),
      more: channels.length > limit,
      ...(problems.length > 0 && { problem: problems.join(' ') }),
    };
  }
}
