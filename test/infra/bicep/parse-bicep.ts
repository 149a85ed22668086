import { readFileSync } from 'node:fs';
import { Language, Parser, type Node } from 'web-tree-sitter';

export type { Node } from 'web-tree-sitter';

/** One thing wrong in a template; `line` counts from 1. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

export const finding = (file: string, node: Node, what: string): Finding => ({
  file,
  line: node.startPosition.row + 1,
  what,
});

/**
 * A grammar, not the compiler: it tells whether the text has the form of Bicep. Types, scopes and what the service accepts are
 * checked beside it or only in a subscription.
 */
export interface BicepParser {
  parse(text: string): Node;
}

export const openBicepParser = async (): Promise<BicepParser> => {
  await Parser.init();
  const language = await Language.load(
    readFileSync(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')),
  );
  const parser = new Parser().setLanguage(language);
  return {
    parse: (text) => {
      const tree = parser.parse(text);
      if (tree === null) throw new Error('the parser has no language');
      return tree.rootNode;
    },
  };
};

/** Every node of a tree, outer ones first. */
export function* descendants(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) if (child !== null) yield* descendants(child);
}

export const namedChildren = (node: Node): Node[] =>
  node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');

export const syntaxErrors = (file: string, root: Node): Finding[] =>
  [...descendants(root)]
    .filter((node) => node.type === 'ERROR' || node.isMissing)
    .map((node) => finding(file, node, `not Bicep: ${JSON.stringify(node.text.slice(0, 60))}`));
