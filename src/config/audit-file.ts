import { CommonSettings } from './common-settings.js';
import { Setting } from './setting.js';

/** Declares a property as the setting `audit_file`. */
export function AuditFile(): PropertyDecorator {
  return Setting({
    group: 'Files',
    kind: 'path',
    value: 'file',
    description:
      'the audit trail; beside it lie <file>.acquisition, .abandoned, .retrievals, .outcomes, .id, .lock and, of a damaged trail, .damaged',
    default: () => '/var/log/sf_databuffer_audit.log',
    problem: 'must be a file: without a trail nothing is accepted',
  });
}

/** Settings that tell where the trail lies. */
export class TrailSettings extends CommonSettings {
  @AuditFile()
  audit_file!: string;
}
