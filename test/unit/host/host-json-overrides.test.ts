import { expect, it } from '@jest/globals';
import { withOverrides } from '../../../host/host-json-overrides';

const FILE = { functionTimeout: '00:05:00', extensions: { serviceBus: { maxConcurrentCalls: 4 } } };

it('lets app settings win over host.json, each in the type of what it sets, whatever the case of its name', () => {
  const { hostJson, unread } = withOverrides(FILE, {
    AzureFunctionsJobHost__functionTimeout: '00:10:00',
    AZUREFUNCTIONSJOBHOST__EXTENSIONS__SERVICEBUS__MAXCONCURRENTCALLS: '32',
    AzureFunctionsJobHost__extensions__serviceBus__autoCompleteMessages: 'False',
    AzureFunctionsJobHost__extensions__durableTask__hubName: '42',
    AzureFunctionsJobHost__extensions__durableTask__retentionPolicies__0__retentionPeriodInDays: '0.5',
    'AzureFunctionsJobHost__logging__logLevel__Function.pay.User': 'Error',
    OTHER: 'left alone',
  });
  expect(unread).toEqual([]);
  expect(hostJson).toEqual({
    functionTimeout: '00:10:00',
    extensions: {
      serviceBus: { maxConcurrentCalls: 32, autoCompleteMessages: false },
      durableTask: { hubName: '42', retentionPolicies: [{ retentionPeriodInDays: 0.5 }] },
    },
    logging: { logLevel: { 'Function.pay.User': 'Error' } },
  });
  expect(FILE.functionTimeout).toBe('00:05:00');
});

it('names what sets nothing, and refuses what is of the wrong type by its name', () => {
  const unread = [
    'AzureFunctionsJobHost__extensions__queues__batchSize',
    'AzureFunctionsJobHost__constructor',
  ];
  expect(withOverrides(FILE, Object.fromEntries(unread.map((name) => [name, '1'])))).toEqual({
    hostJson: FILE,
    unread,
  });
  const name = 'AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls';
  expect(() => withOverrides(FILE, { [name]: 'many' })).toThrow(
    `App setting ${name} must be a number, not "many".`,
  );
});
