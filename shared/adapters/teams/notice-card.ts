import type { Notice } from '../../contracts/notice';
import { card, facts, paragraph, type AdaptiveCard } from './adaptive-card';
import { cut } from './fit-message';

/** Something stakeholders are told; nothing is asked of them. */
export function noticeCard(notice: Notice, maxTextLength: number): AdaptiveCard {
  const rows = notice.facts.map(({ name, value }) => [name, cut(value, maxTextLength)] as const);
  const body = [paragraph(cut(notice.body, maxTextLength)), ...(rows.length === 0 ? [] : [facts(rows)])];
  return card(notice.title, body, []);
}
