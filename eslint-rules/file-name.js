const path = require('node:path');

const KEBAB_CASE = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*\.[cm]?[jt]s$/;
const SAYS_NOTHING = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'misc']);

/** Files are kebab-case and named for what they export; a name that fits anything names nothing. */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Require kebab-case file names that say something' },
    messages: {
      kebabCase: 'Name the file in kebab-case, for its main export: "{{name}}" is not.',
      saysNothing: '"{{word}}" fits anything; name the file or folder for its subject.',
    },
    schema: [],
  },
  create: (context) => ({
    Program(node) {
      const relative = path.relative(context.cwd, context.filename);
      const name = path.basename(relative);
      if (!KEBAB_CASE.test(name)) context.report({ node, messageId: 'kebabCase', data: { name } });
      const word = relative.split(/[\\/.-]/).find((part) => SAYS_NOTHING.has(part));
      if (word) context.report({ node, messageId: 'saysNothing', data: { word } });
    },
  }),
};
