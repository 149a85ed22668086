import type { Settings } from './host-settings';

/**
 * Whether the app settings say where a connection leads: a connection string under its name, or an address for an identity under
 * `<name>__<property>`. Otherwise what it is for is kept on this machine. Asked before an SDK is loaded, which takes half a second.
 */
export const isConfigured = (
  connection: string,
  property: 'fullyQualifiedNamespace' | 'accountEndpoint',
  settings: Settings,
): boolean => Boolean(settings[connection]) || Boolean(settings[`${connection}__${property}`]);
