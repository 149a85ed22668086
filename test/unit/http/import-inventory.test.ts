import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { FILES_LIMIT_BYTES } from '../../../functions/http/edge/read-body';
import { csv, importOf, json, multipart } from './multipart';
import { makeWorld, type World } from './world';

const SERVERS = [
  '*Server name,IP addresses,*Cores,*Memory (In MB),*OS name,Application,Environment,Owner',
  'web01.corp.example,10.1.0.1,4,16384,Windows Server 2019,Shop,prod,Ana',
  'crm01,10.1.0.20,4,8192,Red Hat Enterprise Linux 8,CRM,prod,Ben',
];
const inventory = () => csv('inventory.csv', ...SERVERS);

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const send = async (files: readonly File[], fields?: Record<string, string>, headers = {}) =>
  world.api.call('importInventory', await importOf({ ...world.lead, ...headers }, files, fields));
const ids = async (): Promise<string[]> => {
  const got = await world.api.call('listInventory', { params: { id: 'main' }, headers: world.viewer });
  return got.status === 404 ? [] : (got.json.value as { id: string }[]).map(({ id }) => id);
};

describe('an inventory that is imported over HTTP', () => {
  it('R5 R6 says what it would change, changes it where it is told to, and changes nothing the second time', async () => {
    const dry = await send([inventory()], {});
    expect(dry.json).toMatchObject({ applied: false, errors: 0, counts: { new: 2 }, version: 0 });
    expect(await ids()).toEqual([]);
    expect((await send([inventory()])).json).toMatchObject({ applied: true, version: 1 });
    expect(await ids()).toEqual(['crm', 'shop']);
    expect((await send([inventory()])).json).toMatchObject({ counts: { new: 0, unchanged: 2 }, version: 1 });
  });

  it('R5 takes several files at once, also packed', async () => {
    const packed = new File([gzipSync(`${SERVERS.join('\n')}\n`)], 'inventory.csv.gz');
    const got = await send([packed, json('own.json', { workloads: [{ id: 'crm', criticality: 'high' }] })]);
    expect(got.json.files).toMatchObject([
      { format: 'azure-migrate-inventory', rows: 2 },
      { format: 'causeway' },
    ]);
    const read = await world.api.call('getInventoryWorkload', {
      params: { id: 'main', workload: 'crm' },
      headers: world.viewer,
    });
    expect(read.json).toMatchObject({ criticality: 'high', owner: 'Ben' });
  });

  it('R5 changes nothing with an error in any of the files, and names file and row', async () => {
    await send([inventory()]);
    const wrong = json('own.json', { workloads: [{ id: 'crm', criticality: 'royal' }] });
    const got = await send([
      csv('more.csv', SERVERS[0]!, 'new01,10.9.9.9,2,2048,Ubuntu 24.04,New,prod,Ben'),
      wrong,
    ]);
    expect(got.json).toMatchObject({ applied: false, errors: 1, version: 1 });
    expect(got.json.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', file: 'own.json' }),
    );
    expect(await ids()).toEqual(['crm', 'shop']);
  });

  it('reads a mapping as YAML or JSON, and says what is wrong with it', async () => {
    const mapping = 'columns:\n  Application: null\n';
    expect((await send([inventory()], { mapping })).json.errors).toBe(0);
    const wrong = await send([inventory()], { mapping: '{"columns":{"Owner":"boss"}}' });
    expect(wrong.json).toMatchObject({ status: 400, errors: [{ field: 'mapping' }] });
    expect((await send([inventory()], { mapping: 'a: [' })).json).toMatchObject({
      status: 400,
      errors: [{ field: 'mapping' }],
    });
  });

  it('has one effect for one Idempotency-Key, although each boundary is another, and refuses other files under it', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await send([inventory()], { apply: 'true' }, key);
    await send([json('own.json', { workloads: [{ id: 'crm', owner: 'Zoe' }] })]);
    const again = await send([inventory()], { apply: 'true' }, key);
    expect(again.json).toEqual(first.json);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await send([csv('inventory.csv', ...SERVERS.slice(0, 2))], { apply: 'true' }, key)).status).toBe(
      422,
    );
  });

  it.each([
    ['no file', {}],
    ['a file under another name', { files: inventory(), others: inventory() }],
    ['a field that there is not', { files: inventory(), aply: 'true' }],
    ['a text for a file', { files: 'inventory.csv' }],
    ['a file for a text', { files: inventory(), apply: inventory() }],
  ])('refuses %s', async (_, fields) => {
    const { headers, body } = await multipart(fields);
    const sent = { params: { id: 'main' }, headers: { ...world.lead, ...headers }, body };
    expect((await world.api.call('importInventory', sent)).status).toBe(400);
  });

  it('refuses a body that is none, and one that is larger than the hosts let through', async () => {
    const params = { id: 'main' };
    const broken = { 'content-type': 'multipart/form-data; boundary=x' };
    const call = (headers: Record<string, string>) =>
      world.api.call('importInventory', { params, headers: { ...world.lead, ...headers }, body: '--y--' });
    expect((await call(broken)).json).toMatchObject({
      status: 400,
      detail: expect.stringContaining('multipart/form-data'),
    });
    expect((await call({ 'content-type': 'text/csv' })).status).toBe(415);
    const large = { ...broken, 'content-length': String(FILES_LIMIT_BYTES + 1) };
    expect((await call(large)).json).toMatchObject({ status: 413, code: 'too-large' });
  });
});
