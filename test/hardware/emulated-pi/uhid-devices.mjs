/**
 * Runs in the emulated Pi: USB buttons that the kernel takes for real ones, through /dev/uhid. One command a line on
 * stdin, one JSON line each on stdout, with the machine's monotonic time. Records: include/uapi/linux/uhid.h.
 *
 *   plug NAME             encoder, keyboard
 *   unplug NAME
 *   press NAME CONTACT MS     down, and up again after so long
 *   set NAME CONTACT 0|1
 *   burst NAME CONTACT N      N reports without a pause, down and up in turn
 *
 * Told besides: `handOpened`, when a program has opened a plugged device.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const DESTROY = 1;
const OPEN = 4;
const GET_REPORT = 9;
const GET_REPORT_REPLY = 10;
const CREATE2 = 11;
const INPUT2 = 12;
const SET_REPORT = 13;
const SET_REPORT_REPLY = 14;

const BUS_USB = 3;

/** Largest `struct uhid_event`, bytes. */
const EVENT_BYTES = 4380;

/** EOPNOTSUPP: what devices without such reports answer. */
const NOT_SUPPORTED = 95;

/** V-USB's shared ids; descriptors after HID 1.11, appendix B and E. `report` gives the report while these contacts are closed. */
const DEVICES = {
  // A joystick of two axes at rest and eight buttons, as arcade encoders are.
  encoder: {
    vendor: 0x16c0,
    product: 0x27dc,
    descriptor: '05010904a101' + '09300931150026ff00750895028102' + '05091901290815002501750195088102' + 'c0',
    report: (closed) => [0x80, 0x80, closed.reduce((bits, contact) => bits | (1 << contact), 0)],
  },
  // Boot keyboard; contacts 0 to 3 are the digits 1 to 4.
  keyboard: {
    vendor: 0x16c0,
    product: 0x27db,
    descriptor:
      '05010906a101' +
      '050719e029e71500250175019508810295017508810195057501050819012905910295017503910195067508150025650507190029658100' +
      'c0',
    report: (closed) => [0, 0, ...Array.from({ length: 6 }, (_, i) => (i in closed ? 0x1e + closed[i] : 0))],
  },
};

const plugged = new Map();

const tell = (event, fields) =>
  process.stdout.write(
    `${JSON.stringify({ event, ...fields, monotonicMs: Number(process.hrtime.bigint()) / 1e6 })}\n`,
  );

function plug(name) {
  const { vendor, product, descriptor } = DEVICES[name];
  const bytes = Buffer.from(descriptor, 'hex');
  const fd = openSync('/dev/uhid', constants.O_RDWR | constants.O_NONBLOCK);
  const event = Buffer.alloc(4 + 276 + bytes.length);
  event.writeUInt32LE(CREATE2, 0);
  event.write(`test ${name}`, 4);
  event.writeUInt16LE(bytes.length, 260);
  event.writeUInt16LE(BUS_USB, 262);
  event.writeUInt32LE(vendor, 264);
  event.writeUInt32LE(product, 268);
  bytes.copy(event, 280);
  writeSync(fd, event);
  // The kernel waits up to 5 s for answers, such as to a keyboard's lights.
  const device = { fd, closed: [], isOpened: false };
  const listen = () => {
    answer(name, device);
    device.timer = setTimeout(listen, device.isOpened ? 100 : 2);
  };
  plugged.set(name, device);
  listen();
}

function answer(name, device) {
  const { fd } = device;
  const event = Buffer.alloc(EVENT_BYTES);
  for (;;) {
    try {
      readSync(fd, event);
    } catch {
      return; // EAGAIN: nothing was asked.
    }
    const type = event.readUInt32LE(0);
    if (type === OPEN && !device.isOpened) {
      device.isOpened = true;
      tell('handOpened', { device: name });
    }
    if (type !== GET_REPORT && type !== SET_REPORT) continue;
    const reply = Buffer.alloc(12);
    reply.writeUInt32LE(type === GET_REPORT ? GET_REPORT_REPLY : SET_REPORT_REPLY, 0);
    reply.writeUInt32LE(event.readUInt32LE(4), 4);
    reply.writeUInt16LE(NOT_SUPPORTED, 8);
    writeSync(fd, reply);
  }
}

function unplug(name) {
  const { fd, timer } = plugged.get(name);
  clearTimeout(timer);
  plugged.delete(name);
  const event = Buffer.alloc(4);
  event.writeUInt32LE(DESTROY, 0);
  writeSync(fd, event);
  closeSync(fd);
}

function set(name, contact, isClosed) {
  const device = plugged.get(name);
  if (device === undefined) return;
  device.closed = device.closed.filter((each) => each !== contact);
  if (isClosed) device.closed.push(contact);
  const report = Buffer.from(DEVICES[name].report(device.closed));
  const event = Buffer.alloc(6 + report.length);
  event.writeUInt32LE(INPUT2, 0);
  event.writeUInt16LE(report.length, 4);
  report.copy(event, 6);
  writeSync(device.fd, event);
}

const commands = {
  plug,
  unplug,
  set: (name, contact, isClosed) => set(name, Number(contact), isClosed === '1'),
  press(name, contact, ms) {
    set(name, Number(contact), true);
    setTimeout(() => set(name, Number(contact), false), Number(ms));
  },
  burst(name, contact, count) {
    for (let i = 0; i < Number(count); i += 1) set(name, Number(contact), i % 2 === 0);
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...words] = line.split(' ');
  // Before the deed: what it causes is then later than what is told.
  tell('hand', { did: line });
  commands[command](...words);
});
tell('handsReady', {});
