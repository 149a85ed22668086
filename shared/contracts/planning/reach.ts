/** Plans are of our time: what is worked out around their dates can then be written, too. */
export const withinReach = (instant: string): boolean => instant >= '2000' && instant < '3000';
export const REACH = 'must be in the years 2000 to 2999';
