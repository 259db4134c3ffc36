/** What `amecs server` can do besides running: each works on the store itself, also while servers run on it. */
import type { CommandTable } from '../command.ts';

export const SERVER_SUB_COMMANDS: CommandTable = {
  code: async () => (await import('./code-command.ts')).codeCommand,
  boxes: async () => (await import('./boxes-command.ts')).boxesCommand,
  revoke: async () => (await import('./revoke-command.ts')).revokeCommand,
  settings: async () => (await import('./settings-command.ts')).settingsCommand,
  model: async () => (await import('./model-command.ts')).modelCommand,
  withdraw: async () => (await import('./withdraw-command.ts')).withdrawCommand,
  restored: async () => (await import('./restored-command.ts')).restoredCommand,
};

/** Their lines in the help of `amecs server`. */
export const SERVER_SUB_COMMANDS_HELP = `  code          a one-time code for another box, or for a box that is known already
  boxes         the boxes of this server, and when each was last heard
  revoke BOX    takes a box off the server; it keeps its data and can be enrolled again
  settings BOX  shows or changes the settings of a box from afar
  model         the population model the boxes should start from
  withdraw ID   erases a participant from the server and from the box, for good
  restored      says that the data come from a backup: boxes send again what is missing`;
