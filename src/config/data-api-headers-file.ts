import { Setting } from './setting.js';

/** Declares the file with headers for data APIs, which broker and writers have in common. */
export function DataApiHeadersFile(): PropertyDecorator {
  return Setting({
    group: 'Data',
    kind: 'path',
    value: 'file',
    description:
      "headers for data APIs, such as a token, a line 'Name: value' each; read for each call anew",
    optional: true,
  });
}
