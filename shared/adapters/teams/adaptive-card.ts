/** The part of Adaptive Cards 1.5 that Teams shows for webhook messages; 1.5 is the newest it knows. */
export interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'bolder';
  readonly color?: 'attention';
}

export type CardElement =
  | { readonly type: 'RichTextBlock'; readonly inlines: readonly TextRun[] }
  | {
      readonly type: 'FactSet';
      readonly facts: readonly { readonly title: string; readonly value: string }[];
    };

export interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly version: '1.5';
  /** Read out where the card itself is not shown. */
  readonly fallbackText: string;
  readonly body: readonly CardElement[];
  /** A webhook's card cannot submit anything: only open a page. */
  readonly actions: readonly {
    readonly type: 'Action.OpenUrl';
    readonly title: string;
    readonly url: string;
  }[];
}

/** Text as it is: text runs know no Markdown, so what people typed can neither hide nor fake a link. */
export const paragraph = (text: string, style: Omit<TextRun, 'type' | 'text'> = {}): CardElement => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: text || ' ', ...style }],
});

/** Facts know Markdown, so its marks are taken literally. */
export const facts = (rows: readonly (readonly [string, string])[]): CardElement => ({
  type: 'FactSet',
  facts: rows.map(([title, value]) => ({ title, value: value.replace(/[\\`*_[\]()~]/g, '\\$&') || ' ' })),
});

export const card = (
  title: string,
  body: readonly CardElement[],
  actions: AdaptiveCard['actions'],
): AdaptiveCard => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  fallbackText: title,
  body: [paragraph(title, { weight: 'bolder' }), ...body],
  actions,
});
