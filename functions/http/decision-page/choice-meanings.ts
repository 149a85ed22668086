import type { Choice } from '../../../shared/contracts/gate';

/** What people are told that their choice will do. */
export const CHOICE_MEANINGS: Readonly<Record<Choice, { readonly label: string; readonly effect: string }>> =
  {
    approve: { label: 'Approve', effect: 'The migration goes on with exactly the plan shown here.' },
    reject: {
      label: 'Reject',
      effect: 'It does not go on. What was done so far is undone or left for a new decision.',
    },
    confirm: {
      label: 'Confirm',
      effect: 'You state that this is so; your evidence becomes part of the log.',
    },
    retry: { label: 'Try again', effect: 'The failed stage runs once more from its last checkpoint.' },
    resend: {
      label: 'Send rows anew',
      effect:
        'The rows that were found to differ are sent again from the side that serves, then everything is verified once more.',
    },
    skip: { label: 'Skip', effect: 'The failed stage is left out, in your name and with your reason.' },
    rollback: {
      label: 'Roll back',
      effect: 'Users go back to the source; what was changed is undone, newest first.',
    },
    cancel: { label: 'Cancel', effect: 'This cutover ends; what was done so far is undone, newest first.' },
    continue: { label: 'Go on', effect: 'The migration goes on as it is.' },
  };
