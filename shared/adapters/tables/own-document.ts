import { LineCounter, parseDocument, isNode, type Document } from 'yaml';
import type { SourceDocument } from '../../domain/planning/import/source';
import { RefusedFile } from './refused-file';
import type { TableLimits } from './table-limits';

const MAX_DEPTH = 200;
const TOO_DEEP = 'is nested too deep; state workloads as a plain list';

/** Before anything is parsed, because that takes time and stack. Brackets in texts count, too: few are open at a time. */
function checkDepth(text: string): void {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[{\]}]|(?:- ){200}/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : bracket === ']' || bracket === '}' ? -1 : MAX_DEPTH + 1;
    if (depth > MAX_DEPTH) throw new RefusedFile(TOO_DEEP);
    if (depth < 0) depth = 0;
  }
}

/** JSON is YAML, and read as such, for the sake of line numbers and of keys that stand there twice. */
export function ownDocument(file: string, text: string, limits: TableLimits): SourceDocument {
  checkDepth(text);
  const lines = new LineCounter();
  const document = parsed(text, lines);
  const [error] = document.errors;
  if (error) {
    const message = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code;
    throw new RefusedFile(`is no valid YAML or JSON: ${message}`, lines.linePos(error.pos[0]).line);
  }
  return {
    kind: 'document',
    file,
    value: valueOf(document, limits),
    lineOf: (path) => lineOf(document, lines, path),
  };
}

function parsed(text: string, lines: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2', merge: false });
  } catch (error) {
    if (error instanceof RangeError) throw new RefusedFile(TOO_DEEP);
    throw error;
  }
}

function valueOf(document: Document, { yamlAliases }: TableLimits): unknown {
  try {
    return document.toJS({ maxAliasCount: yamlAliases });
  } catch (error) {
    if (error instanceof ReferenceError)
      throw new RefusedFile(
        `repeats itself by aliases too often, as a bomb does; write values out (at most ${yamlAliases})`,
      );
    if (error instanceof RangeError) throw new RefusedFile(TOO_DEEP);
    throw error;
  }
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
