import { type DynamicModule, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';

/** The audit trail, for modules that record requests. */
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
