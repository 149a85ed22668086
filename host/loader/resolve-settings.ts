import type { Binding } from '../function-app';
import type { Settings } from '../host-settings';

const REFERENCE = /%([^%]+)%/g;

/** A binding with each `%NAME%` in its texts replaced by that app setting; `missing` names those that are not set. */
export const resolveSettings = (
  binding: Binding,
  settings: Settings,
): { readonly binding: Binding; readonly missing: readonly string[] } => {
  const missing: string[] = [];
  const resolve = (property: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    return value.replace(REFERENCE, (reference, name: string) => {
      const setting = settings[name];
      if (setting !== undefined && setting !== '') return setting;
      missing.push(`its ${property} "${value}" needs the app setting ${name}`);
      return reference;
    });
  };
  const resolved = Object.entries(binding).map(([property, value]) => [property, resolve(property, value)]);
  return { binding: Object.fromEntries(resolved) as Binding, missing };
};
