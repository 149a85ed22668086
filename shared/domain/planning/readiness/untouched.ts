import type { Remediation } from '../../../contracts/planning/classification';
import type { Reason } from '../../../contracts/planning/reason';

/** Something to be done of which people have said nothing yet. */
export const untouched = (
  key: string,
  title: string,
  severity: Remediation['severity'],
  reason: Reason,
): Remediation => ({ key, title, severity, reason, state: 'open', owner: null, due: null, note: null });
