import { describe, expect, it } from "vitest"
import { callFilter } from "./sandbox-filter.ts"

const allowed = "allowed"
const killed = "killed"
const refused = "error 1"
const noSuchCall = "error 38"

interface Call {
  readonly number: number
  readonly machine?: number
  readonly arguments?: readonly number[]
}

/** What the kernel would do: classic BPF over struct seccomp_data, the few instructions that a filter of ours has. */
function judged(filter: Uint8Array, machine: number, call: Call): string {
  const data = new DataView(new ArrayBuffer(64))
  data.setUint32(0, call.number, true)
  data.setUint32(4, call.machine ?? machine, true)
  call.arguments?.forEach((value, index) => {
    data.setBigUint64(16 + 8 * index, BigInt(value), true)
  })
  const program = new DataView(filter.buffer)
  let held = 0
  for (let at = 0; at < filter.byteLength; at += 8) {
    const k = program.getUint32(at + 4, true)
    const jump = (yes: boolean): number => 8 * program.getUint8(at + (yes ? 2 : 3))
    switch (program.getUint16(at, true)) {
      case 0x20:
        held = data.getUint32(k, true)
        break
      case 0x54:
        held = (held & k) >>> 0
        break
      case 0x15:
        at += jump(held === k)
        break
      case 0x25:
        at += jump(held > k)
        break
      case 0x35:
        at += jump(held >= k)
        break
      case 0x45:
        at += jump((held & k) !== 0)
        break
      case 0x06:
        return k === 0x7fff0000 ? allowed : k === 0x80000000 ? killed : `error ${k & 0xffff}`
      default:
        throw new Error(`no such instruction at ${at}`)
    }
  }
  throw new Error("the filter does not end")
}

const machines = [
  { arch: "x64", audit: 0xc000003e, read: 0, clone: 56, socket: 41, mknodat: 259, ioctl: 16, mount: 165, memfd: 319 },
  { arch: "arm64", audit: 0xc00000b7, read: 63, clone: 220, socket: 198, mknodat: 33, ioctl: 29, mount: 40, memfd: 279 },
] as const

describe.each(machines)("the filter of system calls on $arch", ({ arch, audit, ...calls }) => {
  const filter = callFilter(arch) ?? new Uint8Array()
  const ask = (number: number, ...given: number[]): string => judged(filter, audit, { number, arguments: given })

  it("lets ordinary calls through, whatever they are given", () => {
    expect(ask(calls.read, 0, 0, 0)).toBe(allowed)
    expect(ask(calls.clone, 0x1200011)).toBe(allowed)
    expect(ask(calls.clone, 0x3d0f00)).toBe(allowed) // a thread
    expect(ask(calls.ioctl, 0, 0x5401)).toBe(allowed)
    expect(ask(calls.mknodat, 0, 0, 0o010644)).toBe(allowed) // a pipe
  })

  it("refuses mounts, namespaces, sockets but those of Unix, devices and typing into a terminal", () => {
    expect(ask(calls.mount)).toBe(refused)
    for (const space of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
      expect(ask(calls.clone, space | 17)).toBe(refused)
    expect(
      Array.from({ length: 46 }, (_, family) => ask(calls.socket, family)).flatMap((answer, n) => (answer === allowed ? [n] : [])),
    ).toEqual([1])
    expect([0o020666, 0o060666].map((mode) => ask(calls.mknodat, 0, 0, mode))).toEqual([refused, refused])
    expect([0x5412, 0x541c].map((command) => ask(calls.ioctl, 0, command))).toEqual([refused, refused])
  })

  it("knows no memory that nothing counts, no clone3 and no call newer than itself", () => {
    expect([calls.memfd, 435, 463, 100_000].map((number) => ask(number))).toEqual([noSuchCall, noSuchCall, noSuchCall, noSuchCall])
  })

  it("kills what calls as another machine", () => {
    expect(judged(filter, audit, { number: calls.read, machine: 0x40000003 })).toBe(killed)
    expect(ask(0x40000000 + calls.read)).toBe(arch === "x64" ? killed : noSuchCall)
  })
})

it("has no filter for a machine whose calls it does not know", () => {
  expect(callFilter("riscv64")).toBeUndefined()
})
