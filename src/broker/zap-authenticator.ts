import type { BrokerSettings } from '../config/broker-settings.js';
import { ZapAuthenticator } from '../transport/zmq/zap-authenticator.js';
import { AllowedAddresses } from '../config/allowed-addresses.js';
import { AllowedKeys } from '../transport/zmq/curve/allowed-keys.js';
import { readKeyPair } from '../transport/zmq/curve/certificate.js';

/**
 * Who may connect to the ports for writers.
 *
 * @throws CurveKeyUnusable
 */
export function zapAuthenticator(
  settings: Readonly<BrokerSettings>,
  addresses: AllowedAddresses,
): ZapAuthenticator {
  const { curve_secret_key_file: file, curve_allowed_keys: folder } = settings;
  if (file === undefined || folder === undefined) return new ZapAuthenticator({ addresses });
  const { secretKey } = readKeyPair(file, 'curve_secret_key_file');
  const allowed = new AllowedKeys(folder, 'curve_allowed_keys');
  return new ZapAuthenticator({ addresses, curve: { secretKey, allowed } });
}
