/**
 * What the doctor may ask a machine: all of it reading, none of it changing anything. The checks know no other way out,
 * so that a folder of files stands for any machine.
 */
import type { DeviceConfig } from '../../device/config.ts';
import type { Judgement } from './finding.ts';
import type { JournalReading } from './read-journal.ts';
import type { ToolAnswer } from './run-tool.ts';

export type Access = 'allowed' | 'denied' | 'missing';

/** Packages that are optional, and work only where they could be built. */
export type OptionalPackage = 'onoff' | 'node-hid' | 'speaker';

export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** How many more files there may be; Infinity where the file system has no such limit. */
  readonly freeFiles: number;
  /** Where the folder really lies, links followed; of one that is not there yet, the nearest above it. */
  readonly realPath: string;
}

export type ServerAnswer =
  | {
      readonly kind: 'answered';
      readonly isHealthy: boolean;
      readonly serverMs: number;
      readonly wallMs: number;
    }
  /** Something else answers there, such as a sign-in page. */
  | { readonly kind: 'stranger'; readonly status: number }
  | { readonly kind: 'silence'; readonly reason: string };

export interface Machine {
  /** A small text file; undefined where there is none that may be read. Blanks and NULs at its end are gone. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Whether this user may read a node, or write to it: `export` of sysfs can only be written. */
  access(path: string, mode: 'read' | 'write'): Promise<Access>;
  /** Where an absolute path lies on this machine, for code that reads it by itself. */
  pathOf(path: string): string;
  /** Runs a program to its end; given up after a few seconds. */
  run(command: string, args: readonly string[]): Promise<ToolAnswer>;
  hasProgram(name: string): Promise<boolean>;
  hasPackage(name: OptionalPackage): Promise<boolean>;
  space(folder: string): Promise<Space | undefined>;
  songCount(folder: string): Promise<number | 'missing' | 'unreadable'>;
  /** Blocks until the database is read. */
  readJournal(path: string): JournalReading;
  askServer(url: string): Promise<ServerAnswer>;
  wallMs(): number;
  readonly isRoot: boolean;
  /** Of this process, as `process.arch`, `process.versions.node`, `os.machine()` and `os.release()` tell. */
  readonly architecture: string;
  readonly nodeVersion: string;
  readonly kernelMachine: string;
  readonly kernelRelease: string;
}

/** A box as the doctor meets it. */
export interface Visit {
  readonly machine: Machine;
  readonly config: DeviceConfig;
  /** What `--data` names. */
  readonly data: string;
}

export type Check = (visit: Visit) => Promise<Judgement> | Judgement;
