import type { MigrateRunbook } from '../../contracts/azure-migrate';
import type { MigrateDocument, MigrateProjects } from '../../ports/migrate-projects';
import type { ArmClient } from './arm-client';
import { AzureMigrateProject } from './azure-migrate-project';

const document = (name: string, content: unknown): MigrateDocument => ({
  name,
  text: JSON.stringify(content),
});

const isFor = ({ properties }: MigrateRunbook, waveId: string): boolean =>
  properties.scope?.waveId?.toLowerCase() === waveId.toLowerCase();

/** Reads waves and runbooks over Resource Manager. */
export class ArmMigrateProjects implements MigrateProjects {
  constructor(private readonly client: ArmClient) {}

  async documents(migrateProjectId: string, wave: string): Promise<readonly MigrateDocument[]> {
    const project = new AzureMigrateProject(this.client, migrateProjectId);
    const found = await project.wave(wave);
    const runbooks = (await project.runbooks()).filter((runbook) => isFor(runbook, found.id));
    const documents = await Promise.all(
      runbooks.map(async (runbook) => {
        const spec = await project.spec(runbook);
        const named = { ...spec, runbookId: runbook.id, waveId: found.id };
        const definition = spec === null ? [] : [document(`runbook ${runbook.name}, spec.json`, named)];
        return [document(`runbook ${runbook.name}`, runbook), ...definition];
      }),
    );
    return [document(`wave ${found.name}`, found), ...documents.flat()];
  }
}
