import type { Binding } from '../function-app';

/** A text property of an output under the first of its names that is set, else the fallback. Throws where there is neither. */
export const outputText = (binding: Binding, names: readonly string[], fallback?: string): string => {
  for (const name of names) {
    const text = binding[name];
    if (typeof text === 'string' && text !== '') return text;
  }
  if (fallback !== undefined) return fallback;
  throw new TypeError(`the ${binding.type} output "${binding.name}" has no ${names[0]}`);
};

/** Database and container of a `cosmosDB` binding, by the names of the extension's fourth version or of those before. */
export const containerOf = (binding: Binding): { readonly database: string; readonly container: string } => ({
  database: outputText(binding, ['databaseName']),
  container: outputText(binding, ['containerName', 'collectionName']),
});

/** A function gives a document as an object or as its JSON text. */
export const documentOf = (value: unknown): Record<string, unknown> => {
  const document: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  if (typeof document === 'object' && document !== null && !Array.isArray(document))
    return document as Record<string, unknown>;
  throw new TypeError('a document for Cosmos DB must be an object, or its JSON text');
};

/** What a handler gets of a message: the value of its text where that is JSON, else the text. */
export const bodyOf = (value: unknown): unknown => {
  const text = Buffer.isBuffer(value) ? value.toString('utf8') : value;
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
