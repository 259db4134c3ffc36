import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../device/storage/database.ts';
import { createOperations, type StorageOperations } from '../../../device/storage/operations.ts';
import { loadPrior } from '../../../models/population/load-prior.ts';
import { testOpinions } from '../../provisioning/cli/model/child-record.ts';
import { BOOT_ID, SONG_ID } from '../../support/journal-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createBoxCheck } from './cut-box.ts';
import { rowsOf } from './cut-start.ts';

const MOMENT = { bootId: BOOT_ID, monotonicMs: 1, wallMs: 1, clockState: 'ntp' } as const;

interface Box {
  readonly folder: string;
  readonly storage: StorageOperations;
}

/** A box that was pressed once, and told of settings. */
function box(): Box {
  const folder = temporaryFolder();
  const { database } = openDatabase(join(folder, 'device.sqlite'), 0);
  onTestFinished(() => void database.close());
  const storage = createOperations(database);
  const press = { pressId: 1, button: 'sad', emotion: 'sad', songId: SONG_ID } as const;
  storage.append(MOMENT, { kind: 'selected', ...press, positionMs: 1, predicted: [1, 0, 0, 0] });
  for (const version of [1, 2]) storage.append(MOMENT, { kind: 'settingsApplied', version, unknown: [] });
  writeFileSync(join(folder, 'received-settings.json'), '{"version":1}');
  writeFileSync(join(folder, 'panel-token'), `${'a'.repeat(43)}\n`);
  return { folder, storage };
}

test.each<{ what: string; spoil: (box: Box) => void; fault: string | undefined }>([
  { what: 'nothing', spoil: () => {}, fault: undefined },
  {
    what: 'a file beside the one it was to replace',
    spoil: ({ folder }) => writeFileSync(join(folder, 'identity.json.new'), '{'),
    fault: undefined,
  },
  {
    what: 'half a token',
    spoil: ({ folder }) => writeFileSync(join(folder, 'panel-token'), ''),
    fault: "the page's token is half written",
  },
  {
    what: 'half an identity',
    spoil: ({ folder }) => writeFileSync(join(folder, 'identity.json'), '{'),
    fault: 'the identity is damaged',
  },
  {
    what: 'half the settings',
    spoil: ({ folder }) => writeFileSync(join(folder, 'received-settings.json'), '{"ver'),
    fault: 'the settings are half written',
  },
  {
    what: 'settings older than what the journal tells twice',
    spoil: ({ folder }) => writeFileSync(join(folder, 'received-settings.json'), '{"version":0}'),
    fault: 'settings 0 after 1, 2 were told',
  },
  {
    what: 'a journal set aside',
    spoil: ({ folder }) => writeFileSync(join(folder, 'device.sqlite.damaged-1'), ''),
    fault: 'nobody knows the file device.sqlite.damaged-1',
  },
  {
    what: 'a journal behind what the server acknowledged',
    spoil: ({ storage }) => storage.acknowledge({ epoch: 1, seq: 4 }),
    fault: 'the journal lacks what was sent',
  },
  {
    what: 'a model that is none',
    spoil: ({ storage }) => storage.saveModel('child', { epoch: 1, seq: 1, state: '{' }),
    fault: 'the stored model: {"kind":"damaged","detail":"it is not JSON"}',
  },
])('in the folder of a box that was cut off, $what is found for what it is', async ({ spoil, fault }) => {
  const made = box();
  spoil(made);
  const whole = { rows: rowsOf(made.folder), before: 0 };
  const check = createBoxCheck({ whole, opinions: testOpinions(), prior: loadPrior() });
  const promised = { presses: ['sad'], isEnrolled: false } as const;
  expect(await check.faults(made.folder, promised)).toEqual(fault === undefined ? [] : [fault]);
});

test('a box that had synced must still know who it is', async () => {
  const { folder } = box();
  const whole = { rows: rowsOf(folder), before: 0 };
  const check = createBoxCheck({ whole, opinions: testOpinions(), prior: loadPrior() });
  expect(await check.faults(folder, { presses: [], isEnrolled: true })).toEqual([
    'the identity is notEnrolled',
  ]);
});
