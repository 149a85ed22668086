import type { Sent } from './api-under-test';

export const workloadInput = (id = 'shop'): Record<string, unknown> => ({
  id,
  name: 'Web shop',
  owner: 'Olga Owner',
  criticality: 'medium',
  environment: 'test',
  method: 'offline',
  acceptableDowntimeMs: 3_600_000,
  assets: [{ id: 'files', kind: 'files', root: '/srv/shop', container: `${id}-files` }],
  controls: { kind: 'manual' },
  rollbackPlan: 'Point the load balancer back.',
});

export const waveInput = (
  id = 'first',
  workloadIds: readonly string[] = [id === 'first' ? 'shop' : 'spare'],
): Record<string, unknown> => ({
  id,
  name: 'First wave',
  workloadIds,
  window: { start: '2026-11-21T00:00:00Z', end: '2026-11-23T00:00:00Z' },
  changeTicket: 'CHG0001',
  escalationContact: '+49 30 1234567',
});

export const put = (body: Record<string, unknown>, headers: Record<string, string>): Sent => ({
  params: { id: String(body['id']) },
  headers: { 'if-none-match': '*', ...headers },
  body,
});
