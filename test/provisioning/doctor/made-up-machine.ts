/** Machines made of a few files below a temporary folder, and of what their tools would print. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DeviceConfig, parseDeviceConfig } from '../../../device/config.ts';
import { runChecks } from '../../../provisioning/doctor/all-checks.ts';
import type { Finding } from '../../../provisioning/doctor/finding.ts';
import type { Machine, OptionalPackage, Space } from '../../../provisioning/doctor/machine.ts';
import { createMachine } from '../../../provisioning/doctor/real-machine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export interface MadeUpMachine {
  /** By absolute path. */
  readonly files: Readonly<Record<string, string>>;
  /** What a command prints, by the command and its arguments or by the command alone. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly packages?: readonly OptionalPackage[];
  /** Nodes this user may not use. */
  readonly denied?: readonly string[];
  readonly space?: Partial<Space>;
  readonly more?: Partial<Machine>;
}

export const DATA = '/var/lib/amecs';

export function madeUp(parts: MadeUpMachine): Machine {
  const { files, tools = {}, packages = [], denied = [] } = parts;
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    ...createMachine(root),
    // The tests may run as root, who is refused nothing.
    access: async (path) =>
      existsSync(join(root, path)) ? (denied.includes(path) ? 'denied' : 'allowed') : 'missing',
    async run(command, args) {
      const output = tools[[command, ...args].join(' ')] ?? tools[command];
      return output === undefined ? { kind: 'missing' } : { kind: 'ended', code: 0, output };
    },
    hasProgram: async (name) => name in tools,
    hasPackage: async (name) => packages.includes(name),
    space: async (folder) => ({
      freeBytes: 20e9,
      totalBytes: 31e9,
      freeFiles: 1e6,
      realPath: folder,
      ...parts.space,
    }),
    askServer: async () => ({ kind: 'silence', reason: 'no network' }),
    wallMs: () => Date.UTC(2026, 4, 1, 12),
    isRoot: false,
    architecture: 'arm64',
    nodeVersion: '20.19.2',
    kernelMachine: 'aarch64',
    kernelRelease: '6.12.25+rpt-rpi-v8',
    ...parts.more,
  };
}

export function deviceFile(unknown: object): DeviceConfig {
  return parseDeviceConfig(unknown, 'made up');
}

/** Every finding, by the name of its check. */
export async function examined(
  parts: MadeUpMachine,
  config: DeviceConfig = deviceFile({}),
): Promise<Readonly<Record<string, Finding>>> {
  const findings: Record<string, Finding> = {};
  await runChecks({ machine: madeUp(parts), config, data: DATA }, 10_000, (finding) => {
    findings[finding.check] = finding;
  });
  return findings;
}

const CARDS_3 =
  ' 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n                      bcm2835 Headphones\n 1 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi\n                      vc4-hdmi\n';

/** As Raspberry Pi OS of 2025 has it on a card with two partitions. */
export const PI_3: MadeUpMachine = {
  files: {
    '/proc/device-tree/model': 'Raspberry Pi 3 Model B Plus Rev 1.3\0',
    '/proc/meminfo':
      'MemTotal:         929804 kB\nMemFree:          101324 kB\nMemAvailable:     612000 kB\n',
    '/proc/self/mountinfo':
      '23 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n30 23 179:1 / /boot/firmware rw - vfat /dev/mmcblk0p1 rw\n',
    '/proc/asound/cards': CARDS_3,
    '/proc/asound/card0/pcm0p/sub0/hw_params':
      'access: MMAP_INTERLEAVED\nformat: S16_LE\nsubformat: STD\nchannels: 2\nrate: 44100 (44100/1)\nperiod_size: 512\nbuffer_size: 2048\n',
    '/sys/dev/block/179:2/uevent': 'MAJOR=179\nMINOR=2\nDEVNAME=mmcblk0p2\nDEVTYPE=partition\n',
    '/sys/fs/ext4/mmcblk0p2/errors_count': '0\n',
    '/sys/class/thermal/thermal_zone0/temp': '51540\n',
    '/sys/class/gpio/export': '',
    '/sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2835\n',
    '/sys/class/gpio/gpiochip512/base': '512\n',
    '/dev/gpiochip0': '',
    '/dev/snd/pcmC0D0p': '',
    '/run/systemd/timesync/synchronized': '',
  },
  tools: {
    'vcgencmd get_throttled': 'throttled=0x0\n',
    aplay: '',
    amixer: `Simple mixer control 'PCM',0\n  Capabilities: pvolume pvolume-joined pswitch pswitch-joined\n  Playback channels: Mono\n  Limits: Playback -10239 - 400\n  Mono: Playback -2000 [77%] [-20.00dB] [on]\n`,
  },
  packages: ['onoff'],
};

export const PI_5: MadeUpMachine = {
  ...PI_3,
  files: {
    ...PI_3.files,
    '/proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
    '/sys/class/gpio/gpiochip571/label': 'pinctrl-rp1\n',
    '/sys/class/gpio/gpiochip571/base': '571\n',
    '/sys/class/gpio/gpiochip512/label': 'gpio-brcmstb@107d508500\n',
    '/sys/class/rtc/rtc0/name': 'rpi-rtc\n',
    '/proc/asound/cards':
      ' 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n 1 [vc4hdmi1       ]: vc4-hdmi - vc4-hdmi-1\n 2 [Device         ]: USB-Audio - USB Audio Device\n',
  },
  more: { kernelRelease: '6.12.25+rpt-rpi-2712' },
};

/** A Zero 2 whose kernel was built without sysfs GPIO, and without any sound of its own. */
export const ZERO_2: MadeUpMachine = {
  ...PI_3,
  files: {
    ...Object.fromEntries(
      Object.entries(PI_3.files).filter(([path]) => !/^\/sys\/class\/gpio|asound|\/dev\/snd/.test(path)),
    ),
    '/proc/device-tree/model': 'Raspberry Pi Zero 2 W Rev 1.0\0',
    '/proc/meminfo': 'MemTotal:         427484 kB\nMemAvailable:      61000 kB\n',
  },
  tools: {
    'vcgencmd get_throttled': 'throttled=0x0\n',
    'gpiomon --version': 'gpiomon (libgpiod) v2.2.1\n',
    gpiodetect: 'gpiochip0 [pinctrl-bcm2835] (54 lines)\n',
  },
};

export const LAPTOP: MadeUpMachine = {
  files: { '/proc/meminfo': 'MemTotal: 16000000 kB\nMemAvailable: 9000000 kB\n' },
  more: { architecture: 'x64', kernelMachine: 'x86_64', kernelRelease: '6.1.0-37-amd64' },
};

/** With more files, or others in their place. */
export const withFiles = (machine: MadeUpMachine, files: Record<string, string>): MadeUpMachine => ({
  ...machine,
  files: { ...machine.files, ...files },
});

/** With more tools, or other answers of theirs. */
export const withTools = (machine: MadeUpMachine, tools: Record<string, string>): MadeUpMachine => ({
  ...machine,
  tools: { ...machine.tools, ...tools },
});
