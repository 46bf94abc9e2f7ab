import { Module } from '@nestjs/common';
import { HttpModule } from '../../http/http.module.js';
import { PgroupsModule } from '../pgroups.module.js';
import { CopyController } from './copy.controller.js';
import { UserFiles } from './user-files.js';

/** Files of users that are kept with a run. */
@Module({
  imports: [HttpModule, PgroupsModule],
  controllers: [CopyController],
  providers: [UserFiles],
})
export class CopyModule {}
