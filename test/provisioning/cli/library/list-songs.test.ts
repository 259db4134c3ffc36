import { expect, test } from 'vitest';
import type { BoxLibrary } from '../../../../provisioning/cli/library/box-library.ts';
import { listSongs } from '../../../../provisioning/cli/library/list-songs.ts';
import { recordingTerminal } from '../../../support/recording-terminal.ts';

