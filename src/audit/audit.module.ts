import { type DynamicModule, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';

@Module({})
export class AuditModule {
  static forFile(file: string): DynamicModule {
    return {
      module: AuditModule,
      providers: [{ provide: AuditTrail, useFactory: () => new AuditTrail(file) }],
      exports: [AuditTrail],
    };
  }
}
