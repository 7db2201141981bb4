import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { chmod, mkdir, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { orThrow, type Result } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { createContext } from "./create-context.ts"
import { findSandbox, type Sandbox, type SandboxEnd, type SandboxJob, type SandboxLimits, sandboxEnvironment } from "./sandbox.ts"
import { probe } from "./sandbox-probe.ts"

const folder = await mkdtemp(join(tmpdir(), "everybyte-sandbox-test-"))
await chmod(folder, 0o755) // so that only the sandbox keeps anyone from what is in it
afterAll(() => rm(folder, { recursive: true, force: true }))

const contextOf = (mechanism: string, more: Record<string, string> = {}): Context =>
  createContext({
    cache: join(folder, "cache"),
    environment: { ...process.env, EVERYBYTE_TEST_SECRET: "hidden", EVERYBYTE_SANDBOX_MECHANISM: mechanism, ...more },
  })

const mechanisms = await Promise.all(
  ["bubblewrap", "unshare"].map(async (name) => ({ name, found: await findSandbox(contextOf(name)) }) as const),
)

it("is there, where EVERYBYTE_SANDBOX=1 says that it has to be", () => {
  if (process.env["EVERYBYTE_SANDBOX"] === "1") expect(mechanisms.filter(({ found }) => found.ok)).not.toEqual([])
})

interface Told {
  readonly end: SandboxEnd
  readonly out: string
  readonly said: string
}

/** A unique argument: the process that has it can be found from outside. */
let marks = 0
const mark = (): string => `${6000 + marks++}.${process.pid}`
const running = (marker: string): boolean =>
  readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").includes(marker)
    } catch {
      return false
    }
  })

const gone = (marker: string): Promise<void> => expect.poll(() => running(marker), { timeout: 20_000, interval: 20 }).toBe(false)

async function* bytes(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

async function* withoutEnd(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(1 << 16)
}

const exit = (code: number): SandboxEnd => ({ kind: "exit", code })
const stopped = (why: Extract<SandboxEnd, { kind: "stopped" }>["why"]): SandboxEnd => ({ kind: "stopped", why })

for (const { name, found } of mechanisms) {
  const why = found.ok ? "" : `NOT RUN: ${JSON.stringify(found.fault)}`
  if (why !== "") process.stderr.write(`${name}: ${why}\n`)
  describe.skipIf(!found.ok)(why === "" ? name : `${name} (${why})`, () => hold(name, found))
}

function hold(name: string, found: Result<Sandbox>): void {
  const ctx = contextOf(name)
  interface More extends Partial<Omit<SandboxJob, "limits">> {
    readonly limits?: Partial<SandboxLimits>
  }
  const jobOf = async (command: string, { limits, ...more }: More = {}): Promise<SandboxJob> => {
    const job = await probe(command, ctx)
    return { ...job, ...more, limits: { ...job.limits, memoryBytesMax: 2 ** 29, processesMax: 32, ...limits } }
  }
  const run = async (command: string, more: More = {}): Promise<Told> => {
    const { end, output, said } = orThrow(await orThrow(found).run(await jobOf(command, more), ctx))
    const out = Buffer.from(await output.read(0, output.size)).toString("latin1")
    await output.close()
    return { end, out, said }
  }

  describe("does the work", () => {
    it("hands bytes in and out, and the code and words of the end", async () => {
      const part = "x".repeat(100_000)
      const told = await run("cat; echo done >&2; exit 7", { input: bytes(part, "y", part), limits: { outputBytesMax: 200_001 } })
      expect(told).toEqual({ end: exit(7), out: `${part}y${part}`, said: "done\n" })
      expect((await run("no-such-program")).end).toEqual(exit(127))
      expect((await run("kill -s KILL $$")).end).toEqual(stopped("signal"))
    })

    it("has a fixed user, host, folder, umask and environment, with nothing of ours", async () => {
      const { out } = await run("", { argv: ["env"], environment: { LC_ALL: "C.UTF-8", SOURCE_DATE_EPOCH: "1" } })
      const lines = out.split("\n").filter((line) => line !== "" && !/^(?:_|SHLVL|OLDPWD)=/.test(line)) // bash as sh adds these
      const expected = { ...sandboxEnvironment, LC_ALL: "C.UTF-8", SOURCE_DATE_EPOCH: "1", PWD: "/build" }
      expect(lines.sort()).toEqual(
        Object.entries(expected)
          .map(([key, value]) => `${key}=${value}`)
          .sort(),
      )
      expect((await run("id -u; id -g; id -un; uname -n; pwd; umask; ls -A . ~ /tmp; cat /proc/self/setgroups")).out).toBe(
        "1000\n1000\nbuild\neverybyte\n/build\n0022\n.:\n\n/home/build:\n\n/tmp:\ndeny\n",
      )
    })

    it("lets write in the work, home and temporary folders, and keeps nothing of it", async () => {
      const told = await run("for at in /build ~ /tmp; do echo a >$at/everybyte-kept && mkfifo $at/p && cat $at/everybyte-kept; done")
      expect(told).toEqual({ end: exit(0), out: "a\na\na\n", said: "" })
      expect(readdirSync("/tmp").filter((entry) => entry === "everybyte-kept")).toEqual([])
      expect((await run("ls -A /build ~ /tmp | grep everybyte")).out).toBe("")
    })

    it("shows the job's mounts, and leaves no folder behind", async () => {
      const given = join(folder, "given")
      await mkdir(given, { recursive: true })
      await writeFile(join(given, "file"), "given\n", { mode: 0o644 })
      const mounts = new Map([...(await probe("", ctx)).mounts, ["/opt/given", given], ["/etc/one", join(given, "file")]])
      const told = await run(
        "cat /opt/given/file /etc/one; (echo x >/opt/given/file; echo x >/etc/one; rm -f /etc/one /opt/given/file) 2>&1 | grep -c Read-only",
        { mounts },
      )
      expect(told.out).toBe("given\ngiven\n4\n")
      expect(readFileSync(join(given, "file"), "utf8")).toBe("given\n")
      expect(readdirSync("/tmp").filter((entry) => entry.startsWith(`everybyte-${process.pid}-`))).toEqual([])
    })
  })

  describe("refuses, and tells, what a hostile input tries:", () => {
    it("to write outside", async () => {
      const places =
        "/ /usr /usr/bin /bin /lib /etc /home /dev /dev/shm /proc /proc/sys /proc/sys/kernel /proc/sys/user /run /var /root /sys"
      const files =
        "/etc/passwd /usr/bin/env /proc/sys/kernel/hostname /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/vm/drop_caches /proc/sys/user/max_user_namespaces"
      const told =
        await run(`for at in ${places}; do (: >$at/everybyte) 2>/dev/null && echo wrote in $at; mkdir $at/everybyte 2>/dev/null && echo made in $at; done
        for at in ${files}; do (echo 1 >>$at) 2>/dev/null && echo wrote $at; chmod 777 $at 2>/dev/null && echo changed $at; done; echo end`)
      expect(told).toEqual({ end: exit(0), out: "end\n", said: "" })
    })

    it("to read what is this machine's", async () => {
      await writeFile(join(folder, "secret"), "hidden", { mode: 0o644 })
      const places = [
        join(folder, "secret"),
        folder,
        process.cwd(),
        "/root",
        "/etc/shadow",
        "/etc/hostname",
        "/var",
        "/run",
        "/sys",
        `/proc/${process.pid}/cmdline`,
      ]
      const told = await run(
        `for at in ${places.join(" ")} /proc/1/root/..${folder} ../../../..${folder}; do ls -d "$at" 2>/dev/null; done; cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -c hidden`,
      )
      expect(told.out).toBe("0\n")
      expect((await run("ls /home")).out).toBe("build\n")
    })

    it("the network", async () => {
      let connections = 0
      const server = createServer(() => connections++).listen(0, "127.0.0.1")
      await new Promise((resolve) => server.once("listening", resolve))
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const told = await run(`perl -MSocket -e '
        for my $kind (SOCK_STREAM, SOCK_DGRAM) { print "sent\\n" if socket(S, PF_INET, $kind, 0) && connect(S, sockaddr_in(${port}, inet_aton("127.0.0.1"))) && send(S, "x", 0); }
        print "sent\\n" if socket(S, PF_INET, SOCK_DGRAM, 0) && connect(S, sockaddr_in(53, inet_aton("192.0.2.1")));
        print "raw\\n" if socket(S, PF_INET, SOCK_RAW, 1);
        print "packet\\n" if socket(S, 17, SOCK_RAW, 0);
        print "heard\\n" if socket(S, PF_UNIX, SOCK_STREAM, 0) && socketpair(A, B, PF_UNIX, SOCK_STREAM, 0)' ; grep -c : /proc/net/dev`)
      server.close()
      expect({ ...told, connections }).toEqual({ end: exit(0), out: "heard\n1\n", said: "", connections: 0 })
    })

    it("a fork bomb", async () => {
      const marker = mark()
      const counted = await run(
        `perl -e 'my $n = 0; while (defined(my $p = fork)) { if (!$p) { exec "sleep", "${marker}" } $n++ } print $n; print STDERR $!'`,
      )
      expect(counted.end).toEqual(exit(0))
      expect(Number(counted.out)).toBeGreaterThan(8)
      expect(Number(counted.out)).toBeLessThan(32)
      expect(counted.said).toContain("temporarily unavailable")
      await gone(marker)
      expect((await run(`perl -e '$0 = "${marker}"; while (1) { fork }'`, { limits: { secondsMax: 1, processesMax: 10 } })).end).toEqual(
        stopped("time"),
      )
      await gone(marker)
    })

    it("output without end, and words of which only the last are kept", async () => {
      const told = await run("yes", { limits: { outputBytesMax: 1_000_000 } })
      expect(told.end).toEqual(stopped("output"))
      expect(told.out.length).toBeLessThanOrEqual(1_000_000)
      const loud = await run("yes | head -c 1000000 >&2")
      expect(loud.end).toEqual(exit(0))
      expect(loud.said.length).toBe(65_536)
    })

    it("a file, a disk and a number of files without end", async () => {
      const limits = { diskBytesMax: 2 ** 24, fileBytesMax: 2 ** 20 }
      const file = await run("head -c 100000000 /dev/zero >f; wc -c <f", { limits })
      expect(file.out.trim()).toBe(String(2 ** 20))
      const disk = await run(
        "for at in /build ~ /tmp; do n=0; while head -c 1000000 /dev/zero >$at/$n; do n=$((n + 1)); done; done; cat /build/* ~/* /tmp/* | wc -c",
        { limits },
      )
      expect(disk.said).toContain("No space left on device")
      expect(Number(disk.out)).toBeLessThanOrEqual(2 ** 24)
      const many = await run(`perl -e 'for (my $n = 0; ; $n++) { mkdir $n or symlink "x", $n or die $! } '`, {
        limits: { diskBytesMax: 2 ** 32, filesMax: 1000 },
      })
      expect(many.end).toEqual(stopped("files"))
    })

    it("writable memory where the address space is wide, as garbage collectors need it", async () => {
      const limits = { memoryBytesMax: 2 ** 28, addressBytesMax: 2 ** 40 }
      expect((await run("ulimit -v; ulimit -d", { limits })).out).toBe(`${2 ** 30}\n${2 ** 18}\n`)
      const one = await run(`perl -e '$x = "x" x (1 << 30); print 1'`, { limits })
      expect(one).toMatchObject({ end: { kind: "exit" }, out: "" })
      expect(one.said).toMatch(/out of memory/i)
    })

    it("memory without end, in one process and in many", async () => {
      const one = await run(`perl -e '$x = "x" x (1 << 30); print 1'`)
      expect(one).toMatchObject({ end: { kind: "exit" }, out: "" })
      expect(one.said).toMatch(/out of memory/i)
      const many = await run(`for i in 1 2 3 4; do perl -e '$x = "x" x (1 << 27); $y = "$x"; sleep 6000' & done; wait`)
      expect(many.end).toEqual(stopped("memory"))
    })

    it("devices", async () => {
      const told = await run(`mknod c c 1 3 2>/dev/null && echo made; mknod b b 8 0 2>/dev/null && echo made
        for at in kmsg mem sda vda kvm fuse loop0 ttyS0 console tty0 net/tun; do (: </dev/$at) 2>/dev/null && echo opened $at; done; ls /dev`)
      expect(told.out.split("\n").filter((line) => !["core", "ptmx", "pts"].includes(line))).toEqual([
        "fd",
        "full",
        "null",
        "random",
        "shm",
        "stderr",
        "stdin",
        "stdout",
        "tty",
        "urandom",
        "zero",
        "",
      ])
    })

    it("the clock", async () => {
      const before = Date.now()
      const told = await run("date -s 2000-01-01T00:00:00 >/dev/null")
      expect(told).toMatchObject({ end: exit(1), said: expect.stringContaining("not permitted") })
      expect(Date.now()).toBeGreaterThanOrEqual(before)
    })

    it("processes that are not its own", async () => {
      const told = await run(
        `kill -0 ${process.pid} 2>/dev/null && echo reached; perl -e 'kill "KILL", -1; print "alone\\n"'; ls -d /proc/[0-9]* | wc -l`,
      )
      expect(told.end.kind === "stopped" || told.out.startsWith("alone\n")).toBe(true)
      expect(told.out).not.toContain("reached")
    })

    it("rights: namespaces, mounts, roots, capabilities, programs with an owner's rights", async () => {
      const told =
        await run(`unshare --user true 2>/dev/null && echo user; unshare --mount true 2>/dev/null && echo mount; unshare --net true 2>/dev/null && echo net
        perl -e 'print "root\\n" if chroot "/tmp"; $> = 0; print "zero\\n" if $> == 0'
        grep -E '^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs)' /proc/self/status | tr '\\n\\t' '  '; grep -vE 'nosuid|devtmpfs' /proc/mounts`)
      const none = "0000000000000000"
      expect(told.out).toBe(`CapInh: ${none} CapPrm: ${none} CapEff: ${none} CapAmb: ${none} NoNewPrivs: 1 `)
    })

    it("a terminal: there is none to type into", async () => {
      const told = await run(
        `(: >/dev/tty) 2>/dev/null && echo terminal; perl -e 'for my $fd (*STDIN, *STDOUT, *STDERR) { my $c = "x"; print "typed\\n" if ioctl($fd, 0x5412, $c) }'; echo end`,
      )
      expect(told.out).toBe("end\n")
    })

    if (found.ok && found.value.seccomp)
      it("system calls that the filter takes away", async () => {
        const told = await run(`grep Seccomp: /proc/self/status; perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) or print "$!\\n"'`)
        expect(told.out).toBe("Seccomp:\t2\nOperation not permitted\n")
      })

    it("to take longer than it may, with children that do not listen", async () => {
      const marker = mark()
      const stubborn = `trap '' TERM INT HUP QUIT; setsid sleep ${marker} & sleep ${marker} & wait`
      expect((await run(stubborn, { limits: { secondsMax: 1 } })).end).toEqual(stopped("time"))
      await gone(marker)
    })

    it("to outlive its command", async () => {
      const marker = mark()
      const told = await run(`setsid sh -c 'trap "" TERM HUP; sleep ${marker}; echo late' & (sleep ${marker} &) & echo early`)
      expect(told).toMatchObject({ end: exit(0), out: "early\n" })
      await gone(marker)
    })

    it("not to read what it is given, or to read without end", async () => {
      expect((await run("echo unread", { input: withoutEnd() })).end).toEqual(exit(0))
      expect((await run("sleep 6000", { input: withoutEnd(), limits: { secondsMax: 1 } })).end).toEqual(stopped("time"))
      expect((await run("cat >/dev/null", { input: withoutEnd(), limits: { secondsMax: 1 } })).end).toEqual(stopped("time"))
    })
  })

  describe("whoever started us", () => {
    const script = (body: string): readonly string[] => [
      "--input-type=module",
      "-e",
      `import { createContext } from ${JSON.stringify(fileURLToPath(new URL("create-context.ts", import.meta.url)))}
       import { findSandbox } from ${JSON.stringify(fileURLToPath(new URL("sandbox.ts", import.meta.url)))}
       import { probe } from ${JSON.stringify(fileURLToPath(new URL("sandbox-probe.ts", import.meta.url)))}
       const ctx = createContext({ cache: ${JSON.stringify(join(folder, "cache"))} })
       const { value } = await findSandbox(ctx)
       ${body}`,
    ]
    const environment = { ...process.env, EVERYBYTE_SANDBOX_MECHANISM: name }

    it("left a file open: it is not open inside", async () => {
      await writeFile(join(folder, "open"), "hidden")
      const handle = await open(join(folder, "open"), "r+")
      const child = spawn(
        process.execPath,
        script(`const job = await probe('ls -l /proc/self/fd | grep -v /proc/', ctx)
          const { value: { output } } = await value.run(job, ctx)
          process.stdout.write(await output.read(0, output.size))`),
        {
          env: environment,
          stdio: ["ignore", "pipe", "inherit", handle.fd, handle.fd, handle.fd, handle.fd, ...Array(6).fill("ignore"), handle.fd],
        },
      )
      let out = ""
      for await (const chunk of child.stdout ?? []) out += String(chunk)
      await handle.close()
      expect(out).toMatch(/ 0 -> /)
      const others = out.split("\n").filter((line) => / -> /.test(line) && !/ [012] -> /.test(line) && !line.endsWith(" -> /dev/null"))
      expect(others).toEqual([])
    })

    it("kills us: nothing inside lives on", async () => {
      const marker = mark()
      const child = spawn(process.execPath, script(`await value.run(await probe("sleep ${marker}", ctx), ctx)`), {
        env: environment,
        stdio: "ignore",
      })
      await expect.poll(() => running(marker), { timeout: 20_000, interval: 20 }).toBe(true)
      child.kill("SIGKILL")
      await gone(marker)
    })
  })

  describe("fails with words", () => {
    it("when it cannot be entered: no root, a root without a shell", async () => {
      const sandbox = orThrow(found)
      const missing = await sandbox.run(await jobOf("true", { root: join(folder, "none") }), ctx)
      expect(missing).toMatchObject({ ok: false, fault: { kind: "unavailable", source: join(folder, "none") } })
      await mkdir(join(folder, "empty"), { recursive: true })
      const empty = await sandbox.run(await jobOf("true", { root: join(folder, "empty"), mounts: new Map() }), ctx)
      expect(empty).toMatchObject({ ok: false, fault: { kind: "unavailable", why: expect.stringContaining("could not be entered") } })
    })

    it("when the input breaks on our side", async () => {
      const broken = (async function* () {
        yield Buffer.from("x")
        throw new Error("the source broke")
      })()
      await expect(orThrow(found).run(await jobOf("cat", { input: broken }), ctx)).rejects.toThrow("the source broke")
      expect(await readdir(join(folder, "cache", "tmp"))).toEqual([])
    })
  })
}

describe("finding one", () => {
  beforeAll(() => mkdir(join(folder, "bin"), { recursive: true }))

  it("says what is missing, and what to do", async () => {
    const found = await findSandbox(createContext({ environment: { PATH: join(folder, "bin") } }))
    expect(found).toMatchObject({
      ok: false,
      fault: {
        why: expect.stringMatching(/bubblewrap: bwrap not found.*unshare: .*not found/),
        remedy: expect.stringContaining("install bubblewrap"),
      },
    })
  })

  it("refuses one that only looks like it", async () => {
    const program = join(folder, "bin", "bwrap")
    await writeFile(program, '#!/bin/sh\n[ "$1" = --version ] && echo bubblewrap 9\nprintf entered >&3\nid -u\n', { mode: 0o755 })
    const found = await findSandbox(contextOf("bubblewrap", { PATH: `${join(folder, "bin")}:${process.env["PATH"]}` }))
    expect(found).toMatchObject({ ok: false, fault: { why: expect.stringContaining("inside it is not as it has to be") } })
  })
})
