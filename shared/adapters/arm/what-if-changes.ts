import type {
  WhatIfChange as ArmChange,
  WhatIfPropertyChange as ArmPropertyChange,
} from '@azure/arm-resourcesdeployments';
import type { PropertyChange, WhatIfChange } from '../../contracts/what-if';
import { canonicalJson } from '../../domain/canonical-json';

const MAX_PROPERTIES = 500;

const text = (value: unknown): string | null =>
  value === undefined || value === null ? null : canonicalJson(value).slice(0, 1_000);

/** The leaves of a tree of changes, each under its full path. */
const leaves = (change: ArmPropertyChange, above: string): PropertyChange[] => {
  const path = above === '' ? change.path : `${above}.${change.path}`;
  const children = change.children ?? [];
  if (children.length > 0) return children.flatMap((child) => leaves(child, path));
  const { propertyChangeType: kind } = change;
  const before = text(change.before);
  return [{ path: path.slice(0, 500), kind, before, after: text(change.after) }];
};

/** What a resource that does not exist yet would be made of: its own members, one level deep. */
const created = (after: unknown): PropertyChange[] => {
  if (typeof after !== 'object' || after === null) return [];
  return Object.entries(after).map(([path, value]) => ({
    path,
    kind: 'Create',
    before: null,
    after: text(value),
  }));
};

const byPath = (a: PropertyChange, b: PropertyChange): number => (a.path < b.path ? -1 : 1);

/** Resource Manager's prediction in an order of its own, so that the same prediction has the same hash. */
export const whatIfChanges = (changes: readonly ArmChange[]): WhatIfChange[] =>
  changes
    .map(({ resourceId = '', changeType, delta, after }) => {
      const properties =
        changeType === 'Create' ? created(after) : (delta ?? []).flatMap((change) => leaves(change, ''));
      return { resourceId, kind: changeType, properties: properties.sort(byPath).slice(0, MAX_PROPERTIES) };
    })
    .sort((a, b) => (a.resourceId < b.resourceId ? -1 : 1));
