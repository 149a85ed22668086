/** What infrastructure is known by. `polls`: the service opens the connections itself, to those who use it. */
export const INFRASTRUCTURE = [
  { service: 'directory', ports: [88, 389, 464, 636, 3268, 3269], polls: false },
  { service: 'name resolution', ports: [53], polls: false },
  { service: 'time', ports: [123], polls: false },
  {
    service: 'monitoring',
    ports: [161, 162, 514, 4317, 4318, 5666, 8125, 9100, 9997, 10050, 10051],
    polls: true,
  },
  { service: 'backup', ports: [1500, 1556, 6160, 8400, 9392, 10006, 13724], polls: true },
] as const;

const maskOfPort = new Uint8Array(65_536);
INFRASTRUCTURE.forEach(({ ports }, service) => {
  for (const port of ports) maskOfPort[port] = 1 << service;
});

/** A bit for each service that these ports belong to, by its place in `INFRASTRUCTURE`. */
export function servicesOf(ports: readonly number[]): number {
  let mask = 0;
  for (const port of ports) mask |= maskOfPort[port] ?? 0;
  return mask;
}
