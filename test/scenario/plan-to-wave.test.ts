import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../clients/cli/run-cli';
import type { Person } from '../../clients/demo/api-client';
import { Execution } from '../../shared/contracts/planning/portfolio';
import { startCauseway, type Causeway } from '../support/causeway';
import { TeamsReceiver } from '../support/teams-receiver';
import type { TestWorkload } from '../support/test-workload';

const HOUR_MS = 3_600_000;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const INVENTORY = [
  '\ufeff*Server name,IP addresses,*Cores,*Memory (In MB),*OS name,Boot type,Storage in use (In GB),Application,Environment,Owner',
  'till01.corp.example,10.1.0.1,4,16384,Ubuntu 24.04,UEFI,1,Till,test,Olga',
  'crm01.corp.example,10.1.0.20,4,8192,Windows Server 2022,UEFI,80,CRM,Production,Ben',
  'crm02.corp.example,10.1.0.21,8,65536,Windows Server 2012 R2,BIOS,500,CRM,Production,Ben',
  'fax01.corp.example,10.1.0.30,1,2048,Windows Server 2008 R2,BIOS,20,Fax,Production,Ben',
].join('\r\n');

const DEPENDENCIES = [
  'Time slot,Source server name,Source IP,Source application,Source process,Destination server name,Destination IP,Destination application,Destination process,Destination port',
  '7/28/2026 12:00-18:00,crm01,10.1.0.20,crm,java,crm02,10.1.0.21,SQL,sqlservr.exe,1433',
  '7/28/2026 12:00-18:00,crm01,10.1.0.20,crm,java,fax01,10.1.0.30,,fax.exe,8080',
].join('\n');

describe('a plan from a spreadsheet to files in Azure', () => {
  let causeway: Causeway;
  let till: TestWorkload;
  let teams: TeamsReceiver;
  beforeAll(async () => {
    teams = await TeamsReceiver.start();
    causeway = await startCauseway({ settings: { CAUSEWAY_TEAMS_WEBHOOK_SECRET: 'teams-webhook' } });
    causeway.secrets['teams-webhook'] = teams.url;
    till = await causeway.makeWorkload({ id: 'till-test', files: 12, isUndescribed: true });
  });
  afterAll(async () => {
    await causeway?.stop();
    await teams?.close();
  });

  const file = (name: string, content: unknown): string => {
    const path = join(causeway.folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const run = async (by: Person, ...args: string[]) => {
    let [out, error] = ['', ''];
    const streams = {
      out: (text: string) => void (out += text),
      error: (text: string) => void (error += text),
    };
    const environment = { CAUSEWAY_URL: causeway.url, CAUSEWAY_TOKEN: by.token };
    const exitCode = await runCli([...args, '--json'], environment, streams);
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${error}`);
    return JSON.parse(out);
  };
  const refusal = async (by: Person, ...args: string[]): Promise<string> => {
    let error = '';
    const streams = { out: () => undefined, error: (text: string) => void (error += text) };
    await runCli(args, { CAUSEWAY_URL: causeway.url, CAUSEWAY_TOKEN: by.token }, streams);
    return error;
  };
  const hash = async (): Promise<string> =>
    (await run(causeway.people.viewer, 'plan', 'show', 'all')).contentHash;

  it('R5 R6 R46 imports the exports, plans them, and shows what an edit changes', async () => {
    const { lead } = causeway.people;
    const files = [file('inventory.csv', INVENTORY), file('dependencies.csv', DEPENDENCIES)];
    const dry = await run(lead, 'import', ...files);
    expect(dry).toMatchObject({ applied: false, errors: 0, counts: { new: 3 } });
    expect(await run(lead, 'import', ...files, '--apply')).toMatchObject({ applied: true, version: 1 });
    const settings = file('settings.json', {
      earliestStart: causeway.at(-30 * 24 * HOUR_MS),
      emergencyChannel: 'Lena, +1 555 0100',
      calendar: {
        maintenance: [{ days: DAYS, from: '00:00', to: '00:00', timeZone: 'UTC' }],
        monthEdges: [],
      },
      paths: [
        { kind: 'vpn', state: 'provisioned', megabitsPerSecond: 500, roundTripMs: 5, isMeasured: true },
      ],
    });
    const made = await run(lead, 'plan', 'make', 'all', '--settings', settings, '--name', 'Everything');
    expect(made.plan).toMatchObject({ version: 1, workloads: 3, portfolioId: 'main' });
    const window = [causeway.at(-60_000), causeway.at(12 * HOUR_MS)];
    const edit = [
      'plan',
      'edit',
      'all',
      'date',
      'till-test',
      ...window,
      '--reason',
      'The pilot is agreed for today',
    ];
    const edited = await run(lead, ...edit);
    expect(edited.differences).toContainEqual(expect.objectContaining({ kind: 'date' }));
    expect(await run(lead, 'plan', 'problems', 'all')).not.toContainEqual(
      expect.objectContaining({ severity: 'error' }),
    );
    const [first] = await run(lead, 'plan', 'waves', 'all');
    expect(first).toMatchObject({ number: 1, workloadIds: ['till-test'] });
    expect(first.dates.window).toMatchObject({ start: window[0], end: window[1] });
    const explained = await run(lead, 'plan', 'explain', 'all', 'till-test');
    expect(explained.sentences.join(' ')).toMatch(/\(R13\)|\(R14\)/);
  });

  it('R42 R46 tells Teams of the date that was changed, whose it is, why, and that nobody has approved it', async () => {
    const card = await causeway.until('a card', async () => {
      const cards = teams.messages.flatMap(({ body }) => body.attachments.map(({ content }) => content));
      return cards.find(({ fallbackText }) => fallbackText === 'Dates have changed: Everything') ?? null;
    });
    expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.5', actions: [] });
    const text = JSON.stringify(card['body']);
    expect(text).toContain('Why: date: The pilot is agreed for today (Lena). It is not approved yet');
    expect(text).toMatch(/To be told: .*Olga/);
    expect(text).toMatch(/till-test.*instead of/);
  });

  it('R11 takes an edit back, to what was before', async () => {
    const { lead } = causeway.people;
    const before = await hash();
    await run(lead, 'plan', 'edit', 'all', 'exclude', 'fax', '--reason', 'Is it in use?');
    expect(await hash()).not.toBe(before);
    const { plan } = await run(lead, 'plan', 'undo', 'all', '--reason', 'It is');
    expect(plan).toMatchObject({ contentHash: before, version: 4 });
  });

  it('R39 R63 refuses to start what is not approved, and names what is missing', async () => {
    const { lead, approver } = causeway.people;
    const start = ['plan', 'start', 'all', '1', '--reason', 'Now'];
    expect(await refusal(lead, ...start)).toContain('plan all is not approved as it stands');
    await run(approver, 'plan', 'approve', 'all', '--plan-hash', await hash(), '--reason', 'Looked at');
    expect(await refusal(lead, ...start)).toMatch(
      /till-test: assets[^]*till-test: controls[^]*till-test: rollbackPlan/,
    );
  });

  it('R7 R39 R62 R63 runs its first wave over what inventory, plan and people said, and the files arrive', async () => {
    const { lead, approver, owner } = causeway.people;
    const described = till.plan();
    const execution = Execution.partial().parse({
      ...Object.fromEntries(
        Object.keys(Execution.shape).map((key) => [key, described[key as keyof typeof described]]),
      ),
    });
    const tracked = (described.readiness ?? []).map(({ key, note }) => ({ key, state: 'done', note }));
    const people = {
      workloads: [
        { id: 'till-test', criticality: 'low', acceptableDowntimeMinutes: 480, execution, tracked },
      ],
    };
    await run(lead, 'import', file('people.json', people), '--partial', '--apply');
    await run(owner, 'portfolio', 'confirm', 'till-test', 'low');
    await run(lead, 'plan', 'replan', 'all', '--reason', 'Its people have described it');
    await run(owner, 'plan', 'confirm', 'all', '1', '--plan-hash', await hash());
    await run(approver, 'plan', 'approve', 'all', '--plan-hash', await hash(), '--reason', 'Agreed');
    const [wave] = await run(lead, 'plan', 'start', 'all', '1', '--reason', 'The window is open');
    expect(wave).toMatchObject({ id: 'all-w1', status: 'running', workloadIds: ['till-test'] });
    await run(lead, 'plan', 'start', 'all', '1', '--reason', 'Asked again');
    await causeway.answer('wave:all-w1', 'go-no-go', 'approve');
    const cutover = await causeway.drive(causeway.cutoverIdOf('all-w1', till));
    expect(cutover.status).toBe('completed');
    for (const { path, sizeBytes, sha256 } of till.files) {
      const { contentLength } = await till.container.getBlobClient(path).getProperties();
      expect([path, contentLength]).toEqual([path, sizeBytes]);
      expect([path, await till.read(path)]).toEqual([path, { sha256, servedFrom: 'target' }]);
    }
    await causeway.answer('wave:all-w1', 'wave-review', 'approve');
    const started = (await causeway.log('waves', 'all-w1')).filter(({ kind }) => kind === 'wave.started');
    expect(started).toHaveLength(1);
    const late = ['plan', 'edit', 'all', 'exclude', 'till-test', '--reason', 'Too late'];
    expect(await refusal(lead, ...late)).toContain('till-test cannot be changed: wave 1 has started');
  });

  it('R38 the next plan forecasts by what that cutover took, and says so', async () => {
    const { lead } = causeway.people;
    const [lesson] = await causeway.until('a lesson', async () => {
      const found = await run(lead, 'portfolio', 'lessons');
      return found[0]?.outcome === 'completed' ? found : null;
    });
    const { outage } = await causeway.cutover('all-w1--till-test');
    const tookMs = Date.parse(outage.endedAt ?? '') - Date.parse(outage.beganAt ?? '');
    expect(lesson).toMatchObject({
      planId: 'all',
      wave: 1,
      setAside: null,
      downtime: { actualMinutes: tookMs / 60_000 },
    });
    expect(lesson.transfer.actualMinutes).toBeGreaterThan(0);
    const settings = file('next.json', { earliestStart: causeway.at(24 * HOUR_MS) });
    await run(lead, 'plan', 'make', 'next', '--settings', settings);
    const { sentences } = await run(lead, 'plan', 'explain', 'next', 'crm');
    expect(sentences.join(' ')).toMatch(
      /Outages took (at most )?[\d.]+ times as long as forecast in 1 earlier move/,
    );
  });
});
