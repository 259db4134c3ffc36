/**
 * A lamp's pin by the kernel's GPIO device, for kernels without /sys/class/gpio. A small program holds the line, since
 * the kernel may take it back from whoever lets go of it; when it dies it is started again, with the light it showed.
 *
 * It is perl, as for keyboards (`keyboard-nodes.ts`): libgpiod's own `gpioset` cannot change a line it holds, neither
 * in version 1 nor as Debian builds version 2 (without `--interactive`).
 */
import { type ChildProgram, type StartProgram, startProgram } from './child-program.ts';
import { keepOpen } from './keep-open.ts';
import type { LampOutput } from './lamp-outputs.ts';

/**
 * Drives one line low, then as each line of its stdin says; dark when that ends. include/uapi/linux/gpio.h (since
 * kernel 5.10): struct gpio_v2_line_request, GPIO_V2_GET_LINE_IOCTL 0xC250B407 with GPIO_V2_LINE_FLAG_OUTPUT (8),
 * struct gpio_v2_line_values, GPIO_V2_LINE_SET_VALUES_IOCTL 0xC010B40F.
 */
const HOLD_LINE = `
my ($path, $offset) = @ARGV;
open(my $chip, '+<', $path) or die "$path cannot be opened: $!\\n";
my $request = pack('L64 a32 Q L x20 x240 L L x20 l', $offset, (0) x 63, 'amecs lamp', 8, 0, 1, 0, 0);
ioctl($chip, 0xC250B407, $request) or die "the pin cannot be driven: $!\\n";
open(my $line, '+<&=', unpack('l', substr($request, 588))) or die "the pin cannot be held: $!\\n";
sub drive { ioctl($line, 0xC010B40F, my $values = pack('Q2', $_[0], 1)) or die "the pin cannot be driven: $!\\n"; }
while (my $level = <STDIN>) { drive($level + 0); }
drive(0);
`;

/** Takes hold of a line of a chip such as `gpiochip0`; until it is held, the lamp is dark. */
export function holdPin(options: {
  readonly chip: string;
  /** BCM number, which is the chip's line number. */
  readonly pin: number;
  readonly onFault: (reason: string) => void;
  readonly monotonicMs: () => number;
  readonly startProgram?: StartProgram | undefined;
}): LampOutput {
  const { chip, pin } = options;
  let holder: ChildProgram | undefined;
  let level: 0 | 1 = 0;

  const kept = keepOpen<number>({
    find: async () => [pin],
    keyOf: String,
    isComplete: (open) => open.length > 0,
    async open(_, onLost) {
      const started = (options.startProgram ?? startProgram)({
        command: 'perl',
        args: ['-e', HOLD_LINE, `/dev/${chip}`, String(pin)],
        onOutput: () => {},
        onEnd(reason) {
          holder = undefined;
          onLost(`The lamp on pin ${pin} is dark for the moment: ${reason}.`);
        },
      });
      holder = started;
      if (level === 1) started.write('1');
      return { close: () => started.finish() };
    },
    absence: () => undefined,
    tell: options.onFault,
    backAgain: () => `The lamp on pin ${pin} shines again.`,
    monotonicMs: options.monotonicMs,
  });
  return {
    isDimmable: false,
    set(wanted) {
      level = wanted > 0 ? 1 : 0;
      holder?.write(String(level));
    },
    close: () => void kept.close(),
  };
}
