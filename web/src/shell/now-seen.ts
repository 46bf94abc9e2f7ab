import { Store } from '../api/store.js';

/** Whether the line of the acquisition is in sight; where it is not, the header has it in short. */
export const isNowSeen = new Store(true);
