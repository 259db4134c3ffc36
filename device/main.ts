/**
 * Composition root of the box: puts storage, learner, player, panel, library and uplink around the loop, and takes
 * them down again. Decides nothing about music or children.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { JournalEntry } from '../sync-server/protocol/journal-event.ts';
import { type Announcement, announcementsOfMusic, announcementsOfStep, audioLog } from './announcements.ts';
import { createSupervisedPlayer, type SupervisedPlayer } from './audio/audio-supervisor.ts';
import { createBoxFiles } from './box-files.ts';
import { openBoxModels } from './box-models.ts';
import { loadCaregiverSettings } from './caregiver-settings.ts';
import { type DeviceConfig, pressFilterOf } from './config.ts';
import type { ContactSource, Lamps, LibrarySong } from './core/ports.ts';
import { createPressedButtons } from './hardware/pressed-buttons.ts';
import { systemClock } from './hardware/system-clock.ts';
import { raiseThreadPriority } from './hardware/thread-priority.ts';
import { createChildLearner } from './learning/child-learner.ts';
import { createSongOffer, loadSongOpinions, NO_POPULATION } from './learning/song-opinions.ts';
import { createLoop, type Loop, type LoopNotice } from './loop.ts';
import { countStalls, type StallCounter } from './loop-stalls.ts';
import { createLibrary } from './music/library.ts';
import { createMusicFolder, type MusicFolder } from './music/music-folder.ts';
import { songFileOf } from './music/song-file.ts';
import { PANEL_KEYS } from './panel/panel-protocol.ts';
import { openPanel } from './panel-opening.ts';
import { linkToServer, type ServerLink } from './server-link.ts';
import { createStatusBoard } from './status-board.ts';
import { openStorage, type Storage } from './storage/storage.ts';
import type { Identity } from './sync/identity-file.ts';
import { announcementsOfUplink, serverFaultsAfter } from './uplink-announcements.ts';
import { createWishes, eraseSetAside } from './wishes.ts';

/** How long a confirming light stays: one second, the fastest any lamp may change. */
const CONFIRM_MS = 1000;

export interface DeviceOptions {
  readonly config: DeviceConfig;
  /** Where this box keeps its things. */
  readonly folder: string;
  readonly appVersion: string;
  readonly log: Logger;
  /** One line for each thing that happens. */
  readonly announce: (announcement: Announcement) => void;
  /** Empties the log file, where there is one: it tells when which button was pressed. */
  readonly emptyLog?: () => Promise<void>;
  /** Buttons and lamps besides those of the page. */
  readonly hardware?: Hardware;
}

export interface Hardware {
  readonly contacts: readonly ContactSource[];
  readonly lamps: readonly Lamps[];
}

/** Where the identity is kept; each resolves once that is durable. */
export interface IdentityKeeping {
  save(identity: Identity): Promise<void>;
  remove(): Promise<void>;
}

export interface Device {
  /** Where the on-screen buttons are; undefined when the page could not be opened. */
  readonly panelUrl: string | undefined;
  readonly player: SupervisedPlayer;
  readonly stalls: StallCounter;
  readonly loop: Loop;
  /** Hears what is new in the folder, each song playable as soon as it is heard, and keeps watch over it. */
  readonly scan: MusicFolder['open'];
  /** Begins to send the journal to this server, and to take what it wishes; once. */
  connect(identity: Identity, file: IdentityKeeping): void;
  /** Stops sound, saves the model, closes the journal. */
  close(): Promise<void>;
}

/** Starts the box. Rejects with one clear sentence when it cannot work at all (its folder cannot be written). */
export async function startDevice(options: DeviceOptions): Promise<Device> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  raiseThreadPriority();
  const bootId = randomUUID();
  const storage = await openStorage({ path: join(folder, 'device.sqlite'), bootId, clock: systemClock });
  try {
    return await assemble(options, storage, bootId);
  } catch (error) {
    // Its thread would keep the process alive after the fault was told.
    await storage.close();
    throw error;
  }
}

async function assemble(options: DeviceOptions, storage: Storage, bootId: string): Promise<Device> {
  const { config, folder, log, announce } = options;
  const clock = systemClock;
  const stalls = countStalls((told) => log.warn({ event: 'loopStalled', ...told }));
  const songById = new Map<string, LibrarySong>();
  const titleOf = (songId: string): string => songById.get(songId)?.title ?? `song ${songId.slice(0, 8)}`;

  const heardSongs = await storage.songs();
  for (const song of heardSongs) songById.set(song.songId, song);

  const filter = pressFilterOf(config);
  let link: ServerLink | undefined;
  const files = createBoxFiles(folder);
  /** What goes wrong before there is anywhere to tell it. */
  const early: (readonly [text: string, reason: string])[] = [];
  // Side by side: the population model is opened by another process while the page's modules load here.
  const openingModels = openBoxModels({
    files,
    storage,
    remember: rememberSafely,
    onFault: (text) => early.push([text, 'model']),
  });
  const openingPanel = openPanel(
    {
      folder,
      host: config.panel.host,
      port: config.panel.port,
      buttons: config.buttons.map(({ id, label, emotion, colour }, index) => {
        return {
          id,
          label,
          emotion,
          colour,
          key: PANEL_KEYS[index]!,
          acceptMs: filter.buttons[id]!.acceptMs,
        };
      }),
      songFile: async (songId) => songFileOf(songById.get(songId)?.path),
      clock,
      onFault: (error) => log.warn({ event: 'panelFault', reason: error.message }),
    },
    (text) => early.push([text, 'panel']),
  );
  const [panel, models] = await Promise.all([openingPanel, openingModels]);
  const board = createStatusBoard(titleOf, (status) => panel?.publish(status));
  const say = (announcement: Announcement): void => {
    log.info({ event: announcement.kind, ...announcement.fields });
    board.note(announcement, clock.monotonicMs());
    announce(announcement);
  };
  const sayFault = (text: string, reason: string): void => say({ kind: 'fault', text, fields: { reason } });
  for (const fault of early) sayFault(...fault);
  const opinions = await loadSongOpinions(
    (reason) => sayFault(reason, 'population'),
    async () => models.inUse.population,
  );
  const learner = await createChildLearner({
    opinions,
    prior: models.inUse.prior,
    store: storage,
    songs: heardSongs,
    onFault: (reason) => sayFault(reason, 'modelNotSaved'),
  });
  const player = createSupervisedPlayer({ sink: config.sound, log: audioLog(log, announce), clock });

  const settings = await loadCaregiverSettings({
    files,
    remember: rememberSafely,
    apply: (changed) => loop.changeSettings({ ...config, ...changed }),
  });
  const inForce = { ...config, ...settings.inForce() };
  const panels = panel === undefined ? [] : [panel];
  const buttons = createPressedButtons({
    sources: [...panels, ...(options.hardware?.contacts ?? [])],
    settings: filter,
    clock,
  });
  const loop = createLoop({
    settings: { ...inForce, confirmMs: CONFIRM_MS },
    novelty: inForce.novelty,
    timesPlayed: new Map(await storage.timesPlayed()),
    ports: {
      clock,
      buttons: [buttons],
      lamps: [...panels, ...(options.hardware?.lamps ?? [])],
      player,
      journal: storage,
      learner,
      random: Math.random,
    },
    notify: onNotice,
  });
  if (opinions.populationId === NO_POPULATION) loop.dispatch({ kind: 'faultRaised', fault: 'population' });
  board.update({ state: loop.state(), pressesLearnt: learner.pressCount() });

  function onNotice(notice: LoopNotice): void {
    switch (notice.kind) {
      case 'stepped':
        if (notice.event.kind === 'pressed') musicFolder.makeWay();
        for (const line of announcementsOfStep(notice.event, notice.effects, titleOf)) say(line);
        if (notice.event.kind !== 'songsChosen') board.update({ state: notice.state });
        break;
      case 'learnt': {
        const { songId, emotion, presses } = notice;
        board.update({ pressesLearnt: presses });
        wishes.pressed(presses);
        const text = `${emotion} for ${titleOf(songId)} (${presses} ${presses === 1 ? 'press' : 'presses'} so far)`;
        say({ kind: 'learnt', text, fields: { songId, emotion, presses } });
        break;
      }
      case 'recorded':
        link?.kick();
        break;
      case 'recordFailed':
        log.error({ event: 'recordFailed', reason: notice.reason });
        break;
    }
  }

  async function rememberSafely(entry: JournalEntry): Promise<void> {
    await storage.append(entry, clock.monotonicMs());
    link?.kick();
  }
  const remember = (entry: JournalEntry): void => {
    rememberSafely(entry).catch((error: Error) =>
      log.error({ event: 'recordFailed', reason: error.message }),
    );
  };
  if (storage.setAsideAs !== undefined) {
    sayFault(
      `The journal could not be read. It is kept as ${storage.setAsideAs}, and a new one was begun; nothing was deleted.`,
      'journalReplaced',
    );
    remember({ kind: 'journalReplaced', setAsideAs: storage.setAsideAs });
  }
  remember({ kind: 'booted', appVersion: options.appVersion });

  const wishes = await createWishes({
    files,
    settings,
    models: models.keeper,
    async eraseChild() {
      await learner.forgetChild(async () => {
        await storage.eraseChild();
        loop.forgetChild();
      });
      board.forgetChild();
      await Promise.all([eraseSetAside(files), options.emptyLog?.()]);
      remember({ kind: 'booted', appVersion: options.appVersion });
    },
    say,
    log,
  });

  const songOffer = createSongOffer<LibrarySong>(opinions, (songs) => {
    for (const song of songs) songById.set(song.songId, song);
    loop.setSongs(songs);
  });
  const musicFolder = createMusicFolder({
    library: createLibrary({ store: storage }),
    offer: songOffer.offer,
    onProgress: (library) => board.update({ library }),
    onScanned(change) {
      for (const line of announcementsOfMusic(change)) say(line);
      board.update({ library: 'done', otherFaults: change.faults });
      remember({ kind: 'libraryScanned', songs: change.songCount, refused: change.refused.length });
    },
  });

  function connect(identity: Identity, file: IdentityKeeping): void {
    link = linkToServer({
      identity,
      keepIdentity: file.save,
      forgetIdentity: file.remove,
      wishes,
      storage,
      clock,
      bootId,
      log,
      onEvent(event) {
        for (const line of announcementsOfUplink(event)) say(line);
        if (event.kind === 'synced') board.update({ lastSyncedAtMs: clock.monotonicMs() });
        board.update({ serverFaults: serverFaultsAfter(event) });
        storage.pendingCount().then(
          (pendingEvents) => board.update({ pendingEvents }),
          () => {}, // The storage closed while it was asked: nobody looks any more.
        );
      },
    });
  }

  async function close(): Promise<void> {
    loop.close();
    songOffer.close();
    await musicFolder.close();
    await Promise.all([buttons.close(), player.close()]);
    await learner.close();
    await storage.append({ kind: 'shutDown' }, clock.monotonicMs()).catch(() => {});
    await Promise.all([wishes.close(), link?.close()]);
    await storage.close();
    stalls.stop();
  }

  return { panelUrl: panel?.url, player, stalls, loop, scan: musicFolder.open, connect, close };
}
