import appService from '../infra/templates/app-service.v1.json';
import fileShare from '../infra/templates/file-share.v1.json';
import storageAccount from '../infra/templates/storage-account.v1.json';
import virtualMachine from '../infra/templates/virtual-machine.v1.json';
import { TemplateBody, TemplateInput, type Template } from '../shared/contracts/template';
import { builtIn } from '../shared/ledger/templates';

/** File names say name and version; the file itself says the rest. A version that was published is never edited. */
const FILES = {
  'app-service.v1': appService,
  'file-share.v1': fileShare,
  'storage-account.v1': storageAccount,
  'virtual-machine.v1': virtualMachine,
} as const;

/** The templates that come with Causeway (R69). */
export const builtInTemplates: readonly Template[] = Object.entries(FILES).map(([file, template]) => {
  const [name, version] = file.split('.v');
  const { title, description } = template.metadata;
  const body = TemplateBody.parse(template);
  return builtIn(TemplateInput.parse({ name, version: Number(version), title, description, template: body }));
});
