/**
 * The filter of system calls, as the kernel takes it: classic BPF over `struct seccomp_data` { int nr; u32 arch; u64 ip; u64 args[6] }, each
 * instruction { u16 code; u8 jt; u8 jf; u32 k } (seccomp(2), linux/filter.h).
 *
 * It is the second wall. Namespaces and the lack of rights already refuse most of this; the filter takes away what of the kernel a generator never needs.
 */
interface Machine {
  /** AUDIT_ARCH_* of linux/audit.h. */
  readonly audit: number
  readonly column: 0 | 1
}

const machines: ReadonlyMap<string, Machine> = new Map([
  ["x64", { audit: 0xc000003e, column: 0 }],
  ["arm64", { audit: 0xc00000b7, column: 1 }],
])

/** Numbers on x86_64 and on aarch64; undefined: it has no such call. */
type Numbers = readonly [x64: number | undefined, arm64: number | undefined]

const refused: Readonly<Record<string, Numbers>> = {
  // mounts and roots
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  // namespaces
  unshare: [272, 97],
  setns: [308, 268],
  // other processes
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  // parts of the kernel that attacks begin in
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  fanotify_init: [300, 262],
  modify_ldt: [154, undefined],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // the machine and its clock
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  settimeofday: [164, 170],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  reboot: [169, 142],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  swapon: [167, 224],
  swapoff: [168, 225],
  syslog: [103, 116],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  vhangup: [153, 58],
  iopl: [172, undefined],
  ioperm: [173, undefined],
}

/** Memory that no limit of a process counts. "There is no such call" lets programs do without. */
const absent: Readonly<Record<string, Numbers>> = {
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  msgget: [68, 186],
  semget: [64, 190],
  mq_open: [240, 180],
  clone3: [435, 435], // its flags are in memory, where a filter cannot look; the C library then calls clone
}

const clone: Numbers = [56, 220]
const socket: Numbers = [41, 198]
const socketpair: Numbers = [53, 199]
const mknod: Numbers = [133, undefined]
const mknodat: Numbers = [259, 33]
const ioctl: Numbers = [16, 29]

/** mseal (Linux 6.10), the last call that was considered here. */
const lastKnown = 462
/** Calls of the x32 ABI, by other numbers (asm/unistd.h, __X32_SYSCALL_BIT). */
const x32 = 0x40000000

const code = { load: 0x20, equal: 0x15, greater: 0x25, atLeast: 0x35, anyOf: 0x45, and: 0x54, end: 0x06 } as const
const end = { kill: 0x80000000, refuse: 0x00050001, noSuchCall: 0x00050026, allow: 0x7fff0000 } as const

type Instruction = readonly [code: number, k: number, yes: number, no: number]
const at = { number: 0, machine: 4, argument: (index: number) => 16 + 8 * index } as const // the low half: both are little-endian
const load = (offset: number): Instruction => [code.load, offset, 0, 0]
const stop = (how: number): Instruction => [code.end, how, 0, 0]

/** New namespaces of any kind (CLONE_NEW* of linux/sched.h). */
const cloneNew = 0x7e020000
const fileType = 0o170000
const devices = [0o020000, 0o060000]
/** Typing into a terminal (TIOCSTI, TIOCLINUX). */
const typing = [0x5412, 0x541c]
const unixSockets = 1

/** The filter for a kind of processor as `process.arch` names it; undefined where its calls are not known here. */
export function callFilter(arch: string): Uint8Array | undefined {
  const machine = machines.get(arch)
  return machine === undefined ? undefined : assembled(programFor(machine))
}

function programFor({ audit, column }: Machine): readonly Instruction[] {
  const when = (numbers: Numbers, then: readonly Instruction[]): readonly Instruction[] => {
    const number = numbers[column]
    return number === undefined ? [] : [[code.equal, number, 0, then.length], ...then]
  }
  const each = (table: Readonly<Record<string, Numbers>>, how: number) =>
    Object.values(table).flatMap((numbers) => when(numbers, [stop(how)]))
  const refuseUnless = (test: Instruction): readonly Instruction[] => [test, stop(end.refuse), stop(end.allow)]
  const oneOf = (values: readonly number[]): readonly Instruction[] => [
    ...values.map((value, index): Instruction => [code.equal, value, values.length - index, 0]),
    stop(end.allow),
    stop(end.refuse),
  ]
  const onlyUnix = [load(at.argument(0)), ...refuseUnless([code.equal, unixSockets, 1, 0])]
  const noDevice = (mode: number): readonly Instruction[] => [load(at.argument(mode)), [code.and, fileType, 0, 0], ...oneOf(devices)]
  return [
    load(at.machine),
    [code.equal, audit, 1, 0],
    stop(end.kill),
    load(at.number),
    ...(column === 0 ? ([[code.atLeast, x32, 0, 1], stop(end.kill)] as const) : []),
    [code.greater, lastKnown, 0, 1],
    stop(end.noSuchCall),
    ...each(refused, end.refuse),
    ...each(absent, end.noSuchCall),
    ...when(socket, onlyUnix),
    ...when(socketpair, onlyUnix),
    ...when(clone, [load(at.argument(0)), ...refuseUnless([code.anyOf, cloneNew, 0, 1])]),
    ...when(mknod, noDevice(1)),
    ...when(mknodat, noDevice(2)),
    ...when(ioctl, [load(at.argument(1)), ...oneOf(typing)]),
    stop(end.allow),
  ]
}

function assembled(program: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(program.length * 8))
  program.forEach(([code, k, yes, no], index) => {
    view.setUint16(index * 8, code, true)
    view.setUint8(index * 8 + 2, yes)
    view.setUint8(index * 8 + 3, no)
    view.setUint32(index * 8 + 4, k, true)
  })
  return new Uint8Array(view.buffer)
}
