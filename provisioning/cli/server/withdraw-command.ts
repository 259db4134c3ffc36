/** `amecs server withdraw`: erases a child here and on the child's box, for good. */
import { createUuidV7 } from '../../../sync-server/uuid-v7.ts';
import { type Command, UsageError } from '../command.ts';
import { parseOptions } from '../options.ts';
import { STORE_OPTIONS, STORE_OPTIONS_HELP, withSite } from './open-site.ts';

export const withdrawCommand: Command = {
  name: 'withdraw',
  summary: 'erases a participant from the server and from the box, for good',
  help: `Usage: amecs server withdraw PARTICIPANT --yes [options]

Erases everything of this participant that the server has, and orders the box to erase what it has at its next contact:
presses, what was learnt from them, settings made from here, and its place at this server. Songs stay on the box. Late
events of this participant are not kept. What was exported before is not reached. PARTICIPANT is the whole id, as
"amecs server boxes" tells it. The server may be running.

  --yes           really do it; it cannot be undone
${STORE_OPTIONS_HELP}

Example: amecs server withdraw 019b7e1c-52ad-7c11-9d6e-3f1f4d6e9b2f --yes`,

  async run(argv, terminal) {
    const options = { ...STORE_OPTIONS, yes: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(argv, options, true);
    const [participant, ...more] = positionals;
    if (participant === undefined || more.length > 0) {
      throw new UsageError('Name one participant: amecs server withdraw PARTICIPANT --yes.');
    }
    const participantId = participant.toLowerCase();
    return withSite(values, terminal, async ({ siteId, store }) => {
      const boxes = (await store.devices(siteId)).filter((box) => box.participantId === participantId);
      const events = boxes.reduce((total, box) => total + box.events, 0);
      if (!values.yes && boxes.length > 0) {
        terminal.error(
          `This would erase ${events} events of participant ${participantId} here, and order ${boxesWords(boxes.length)} to ` +
            'erase the rest. It cannot be undone. Say --yes to do it.',
        );
        return 1;
      }
      const orderId = values.yes
        ? await store.orderWithdrawal(siteId, participantId, createUuidV7(Date.now()), Date.now())
        : undefined;
      if (orderId === undefined) {
        terminal.error(
          `There is no participant "${participant}". Write the whole id, as "amecs server boxes" tells it.`,
        );
        return 1;
      }
      terminal.out(`All of participant ${participantId} is erased here: ${events} events.`);
      terminal.out(`At the next contact ${boxesWords(boxes.length)} will erase the rest (order ${orderId}).`);
      return 0;
    });
  },
};

function boxesWords(count: number): string {
  return count === 1 ? 'the box' : `${count} boxes`;
}
