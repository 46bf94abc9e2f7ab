import { type DynamicModule, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';

/** The audit trail, for whoever has a request to record. */
@Module({})
export class AuditModule {
  /** @param options the trail's file, which is locked as long as the application runs */
  static forRoot({ file }: { readonly file: string }): DynamicModule {
    return {
      module: AuditModule,
      global: true,
      providers: [{ provide: AuditTrail, useFactory: () => new AuditTrail(file) }],
      exports: [AuditTrail],
    };
  }
}
