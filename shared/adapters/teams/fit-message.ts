import { MigrationError } from '../../contracts/errors';
import type { AdaptiveCard } from './adaptive-card';

/** Teams takes about 28 KB; measured on the whole message, with room for what a flow adds. */
export const MESSAGE_LIMIT_BYTES = 27 * 1_024;
const FULL_TEXT = 4_000;
const SHORTEST_TEXT = 30;

/** Text at most so long; a cut shows. */
export const cut = (text: string, maxLength: number): string => {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
};

/** What a Workflows webhook takes: one card as a message, as JSON. The card's texts are cut further until it fits. */
export function fitMessage(build: (maxTextLength: number) => AdaptiveCard): string {
  for (let length = FULL_TEXT; length >= SHORTEST_TEXT; length = Math.floor(length / 2)) {
    const message = JSON.stringify({
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: build(length) },
      ],
    });
    if (Buffer.byteLength(message) <= MESSAGE_LIMIT_BYTES) return message;
  }
  throw new MigrationError('limit-exceeded', `a card does not fit into ${MESSAGE_LIMIT_BYTES} bytes`);
}
