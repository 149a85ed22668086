import { expect, it } from '@jest/globals';
import { indexMemory } from '../../../../../shared/movers/postgres/schema/index-memory';

it.each([
  'CREATE INDEX a ON public.t USING btree (a)',
  'CREATE INDEX a ON t (a)',
  'ALTER TABLE ONLY t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey',
])('a B-tree is sorted in little memory: %s', (sql) => {
  expect(indexMemory(sql)).toMatch(/^SET LOCAL maintenance_work_mem/u);
});

it.each([
  'CREATE INDEX a ON public.t USING gin (a)',
  'CREATE INDEX a ON public.t USING hnsw (a public.vector_l2_ops)',
  'ALTER TABLE ONLY t ADD CONSTRAINT c EXCLUDE USING gist (a WITH =)',
])('other kinds have what the session has: %s', (sql) => {
  expect(indexMemory(sql)).toBeNull();
});
