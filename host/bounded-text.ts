/** Far beyond what anybody reads, and far below what a history or a log should carry each time that something fails. */
const MAX_CHARACTERS = 32_768;

/** The text of a failure, cut where it is too long, with how much is left out. */
export const boundedText = (text: string, limit = MAX_CHARACTERS): string => {
  if (text.length <= limit) return text;
  const leftOut = (text.length - limit).toLocaleString('en-US');
  return `${text.slice(0, limit).toWellFormed()}… (${leftOut} more characters)`;
};

/** A stack, which begins with its error's message: the message is cut there too, so that the frames stay. */
export const boundedStack = (stack: string, message: string): string => {
  const at = message.length > MAX_CHARACTERS ? stack.indexOf(message) : -1;
  if (at === -1) return boundedText(stack);
  return stack.slice(0, at) + boundedText(message) + boundedText(stack.slice(at + message.length));
};
