import type { WriterSettings } from '../../config/writer-settings.js';
import { readKeyPair, readPublicKey } from './curve/certificate.js';
import type { PeerSecurity } from './socket-options.js';

/**
 * Options by which a writer's sockets prove who they are, and demand the same of the broker.
 *
 * @throws CurveKeyUnusable
 */
export function brokerSecurity(settings: WriterSettings): PeerSecurity {
  const { curve_secret_key_file: own, curve_server_key_file: broker } = settings;
  if (own === undefined || broker === undefined) return {};
  const { publicKey, secretKey } = readKeyPair(own, 'curve_secret_key_file');
  return {
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
    curveServerKey: readPublicKey(broker, 'curve_server_key_file'),
  };
}
