const DIRECTIVE = /^\s*eslint-disable(?:-next-line|-line)?\b/;
const REASON = /\s-{2,}\s+\S/;

/** A disabled rule is a decision: the reason stands beside it, after ` -- `. */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Require a reason in every eslint-disable comment' },
    messages: { missing: 'Say why after the rule: `eslint-disable-next-line rule -- reason`.' },
    schema: [],
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (DIRECTIVE.test(comment.value) && !REASON.test(comment.value)) {
          context.report({ loc: comment.loc, messageId: 'missing' });
        }
      }
    },
  }),
};
