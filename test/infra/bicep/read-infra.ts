import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { openBicepParser, syntaxErrors } from './parse-bicep';
import { readTemplate, type Template } from './template';

export const INFRA = join(__dirname, '..', '..', '..', 'infra');

export const readJson = (name: string): unknown => JSON.parse(readFileSync(join(INFRA, name), 'utf8'));

export interface ContainerDefinition {
  readonly id: string;
  readonly [property: string]: unknown;
}

export const readContainers = (): ContainerDefinition[] =>
  readJson('cosmos-containers.json') as ContainerDefinition[];

export const resolveModule = (from: string, path: string): string => normalize(join(dirname(from), path));

const bicepFiles = (): string[] =>
  readdirSync(INFRA, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.bicep'))
    .sort();

/** Every template of the repository by its path below infra/; throws where one is not Bicep. */
export const readTemplates = async (): Promise<Map<string, Template>> => {
  const parser = await openBicepParser();
  return new Map(
    bicepFiles().map((file) => {
      const root = parser.parse(readFileSync(join(INFRA, file), 'utf8'));
      const [error] = syntaxErrors(file, root);
      if (error !== undefined) throw new Error(`${error.file}:${error.line}: ${error.what}`);
      return [file, readTemplate(file, root)];
    }),
  );
};
