/**
 * A reason why the host cannot start or go on, told to the operator.
 * `code` is stable: `app-invalid`, `data-dir-locked`, `data-newer`, `settings-invalid`, `port-in-use`.
 */
export class HostError extends Error {
  constructor(
    readonly code: 'app-invalid' | 'data-dir-locked' | 'data-newer' | 'settings-invalid' | 'port-in-use',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HostError';
  }
}
