import { EventLog } from '../../logging/event-log.js';
import type { Telling } from './telling.js';

/** In broker and writer: events of the log, and words that name the setting to look at. */
export const IN_OWN_WORDS: Telling = {
  log: new EventLog('Transport'),
  words: {
    refused:
      'refused: this address is not in --allow_from there, or this key not in --curve_allowed_keys',
    keysDemanded: 'connection failed: the other side demands CURVE keys (see keygen)',
    keysUnused:
      'connection failed: the broker uses no CURVE keys, it runs without --curve_secret_key_file',
    otherKey: 'connection failed: --curve_server_key_file is not the key of this broker',
    peerRefused: 'peer refused: it has no CURVE keys, or not the public key of this broker',
    reason: 'it refuses this address or its key, see --allow_from and --curve_allowed_keys there',
  },
};
