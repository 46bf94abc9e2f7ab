import { type BeamlineNetwork, isSameNetwork, parseBeamlineNetwork } from './beamlines.js';
import { EachEntry } from './validators.js';

/** The facility's beamlines, by the networks of their consoles. */
export const FACILITY_BEAMLINES = [
  'alvra=129.129.242.0/24',
  'bernina=129.129.243.0/24',
  'cristallina=129.129.244.0/24',
  'diavolezza=129.129.245.0/24',
  'maloja=129.129.246.0/24',
  'furka=129.129.247.0/24',
] as const;

/** A list of `name=network`, in which each network belongs to one beamline. */
export function BeamlineNetworks(): PropertyDecorator {
  return EachEntry((entry, settings) => {
    const own = parseBeamlineNetwork(entry);
    if (!own) return 'which is no name=network: write it like alvra=129.129.242.0/24';
    const { beamlines } = settings as { beamlines: readonly string[] };
    const other = beamlines.map(parseBeamlineNetwork).find((each) => each && claims(each, own));
    return other && `whose network is ${other.name}'s as well: a network belongs to one beamline`;
  });
}

function claims(one: BeamlineNetwork, other: BeamlineNetwork): boolean {
  return one.name !== other.name && isSameNetwork(one.network, other.network);
}
