import { Controller, Get, Query, Res, UseGuards } from '@nestjs/common';
import type { Response } from 'express';
import { FileViewer } from '../../viewer/file-viewer.js';
import type { ViewCall } from '../../viewer/messages.js';
import { sendReply } from '../../viewer/send-reply.js';
import { ClientGone, InvalidQuery } from '../http/http-errors.js';
import { OwnPagesGuard } from '../http/other-sites.js';
import { parametersOf, queryPipe } from '../http/query.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import {
  AttributesQuery,
  CoverageQuery,
  DataQuery,
  EntityQuery,
  StatisticsQuery,
  TableQuery,
  USUAL_BINS,
} from './query.js';
import { FILE_MISSING, REFUSALS_OF_FILES } from './refusals.js';

/** What is in the HDF5 files inside the output roots; the first five speak h5grove's protocol. */
@Controller('files')
@ApiGroup('files')
@UseGuards(OwnPagesGuard)
export class FilesController {
  constructor(private readonly viewer: FileViewer) {}

  @Get('meta')
  @ApiCall({
    summary: 'An object of a file, and what is in it',
    description:
      'As h5grove answers it: H5Web reads files with this call and the next four. Only regular HDF5 ' +
      'files inside the output roots are read.',
    parameters: parametersOf(EntityQuery),
    ok: { schema: 'FileEntityReply' },
    refusals: REFUSALS_OF_FILES,
  })
  getFileEntity(
    @Query(queryPipe(EntityQuery))
    { file, path = '/', resolve_links: links = 'only_valid' }: EntityQuery,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(response, { what: 'meta', file: named(file), path, links });
  }

  @Get('attr')
  @ApiCall({
    summary: "Values of an object's attributes",
    parameters: parametersOf(AttributesQuery),
    ok: { schema: 'FileAttributesReply' },
    refusals: REFUSALS_OF_FILES,
  })
  getFileAttributes(
    @Query(queryPipe(AttributesQuery)) { file, path = '/', attr_keys: names }: AttributesQuery,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(response, { what: 'attr', file: named(file), path, names });
  }

  @Get('data')
  @ApiCall({
    summary: 'Values of a dataset, or of a part of it',
    description:
      'json: lists in lists; bin: the bytes alone; npy for numpy; tiff: one picture; csv: two ' +
      'dimensions at most. Integers beyond 2^53 are exact in all of them.',
    parameters: parametersOf(DataQuery),
    ok: { contentType: 'application/json', example: '[1, 2, 3]' },
    refusals: REFUSALS_OF_FILES,
  })
  getFileData(
    @Query(queryPipe(DataQuery)) query: DataQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { file, path = '/', selection, format = 'json', flatten = false, dtype } = query;
    const safe = dtype === 'safe';
    const call = {
      what: 'data',
      file: named(file),
      path,
      selection,
      format,
      flatten,
      safe,
    } as const;
    return this.answer(response, call);
  }

  @Get('stats')
  @ApiCall({
    summary: 'Statistics of a dataset, or of a part of it',
    parameters: parametersOf(StatisticsQuery),
    ok: { schema: 'FileStatisticsReply' },
    refusals: REFUSALS_OF_FILES,
  })
  getFileStatistics(
    @Query(queryPipe(StatisticsQuery)) { file, path = '/', selection }: StatisticsQuery,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(response, { what: 'stats', file: named(file), path, selection });
  }

  @Get('paths')
  @ApiCall({
    summary: 'Paths of all that is below an object',
    parameters: parametersOf(EntityQuery),
    ok: { contentType: 'application/json', example: '["/", "/data", "/data/X"]' },
    refusals: REFUSALS_OF_FILES,
  })
  getFilePaths(
    @Query(queryPipe(EntityQuery))
    { file, path = '/', resolve_links: links = 'only_valid' }: EntityQuery,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(response, { what: 'paths', file: named(file), path, links });
  }

  @Get('csv')
  @ApiCall({
    summary: 'A channel as a table: pulse id, date, values',
    description:
      'Scalars, texts and waveforms. A text that a spreadsheet would take for a formula has an apostrophe ' +
      'before it. Images have other formats: /files/data.',
    parameters: parametersOf(TableQuery),
    ok: {
      contentType: 'text/csv',
      example: 'pulse_id,date,X\r\n1000,2026-11-24T10:15:00.000000000+01:00,0.5\r\n',
    },
    refusals: REFUSALS_OF_FILES,
  })
  getFileTable(
    @Query(queryPipe(TableQuery)) { file, path = '/' }: TableQuery,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(response, { what: 'csv', file: named(file), path });
  }

  @Get('coverage')
  @ApiCall({
    summary: 'Where the rows of channels lie in a range of pulses',
    parameters: parametersOf(CoverageQuery),
    ok: { schema: 'FileCoverageReply' },
    refusals: REFUSALS_OF_FILES,
  })
  getFileCoverage(
    @Query(queryPipe(CoverageQuery)) query: CoverageQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { file, channel: channels = [], bins = USUAL_BINS } = query;
    const { start_pulse_id: start, stop_pulse_id: stop } = query;
    if (channels.length === 0) {
      const problem = 'is missing: give the name of a channel, or of several';
      throw new InvalidQuery([{ field: 'channel', problem }]);
    }
    return this.answer(response, {
      what: 'coverage',
      file: named(file),
      channels,
      start,
      stop,
      bins,
    });
  }

  private async answer(response: Response, call: ViewCall): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort(new ClientGone()));
    const reply = await this.viewer.view(call, gone.signal);
    await sendReply(reply, response, this.viewer.clientMs);
  }
}

function named(file: string | undefined): string {
  if (file === undefined) throw FILE_MISSING;
  return file;
}
