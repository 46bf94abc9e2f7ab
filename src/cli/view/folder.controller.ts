import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ClientGone } from '../../broker/http/http-errors.js';
import { Parameter, queryPipe } from '../../broker/http/query.js';
import { FileViewer } from '../../viewer/file-viewer.js';
import { sendReply } from '../../viewer/send-reply.js';

class FolderQuery {
  @Parameter('A folder, relative to the one that is shown.')
  folder?: string;
}

/** What there is to be shown. */
@Controller('files')
export class FolderController {
  constructor(private readonly viewer: FileViewer) {}

  @Get('list')
  async listFolder(
    @Query(queryPipe(FolderQuery)) { folder = '' }: FolderQuery,
    @Res() response: Response,
  ): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort(new ClientGone()));
    const reply = await this.viewer.view({ what: 'list', folder }, gone.signal);
    await sendReply(reply, response, this.viewer.clientMs);
  }
}
