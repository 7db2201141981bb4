import { execFile, spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

/** What gpg says of a signature. */
export interface GpgSignature {
  readonly oid: string
  /** git-log(1), `%G?`. */
  readonly letter: string
  /** Of the primary key; of SSH none. */
  readonly fingerprint: string
  /** The principal of an SSH key, as the file of allowed signers has it; undefined of OpenPGP. */
  readonly principal: string | undefined
  readonly made: number
  readonly digest: string
}

export interface GpgKey {
  /** Seconds since 1970; the end as the key's newest own signature has it. */
  readonly made: number
  readonly ends: number
  readonly addresses: readonly string[]
}

/** A home of gpg's with some keys and nothing else. */
export class Gpg {
  readonly #home: string
  /** A file of allowed signers, for SSH. */
  allowedSigners: string | undefined

  constructor(folder: string, keyrings: readonly string[]) {
    this.#home = join(folder, "gpg")
    mkdirSync(this.#home, { mode: 0o700 })
    // `verbose` tells the digest algorithm.
    writeFileSync(join(this.#home, "gpg.conf"), "trust-model always\nno-auto-check-trustdb\nno-autostart\nno-auto-key-retrieve\nverbose\n")
    for (const keyring of keyrings) this.#run(["--import", keyring])
  }

  static version(): string | undefined {
    const run = spawnSync("gpg", ["--version"], { encoding: "utf8" })
    return run.status === 0 ? run.stdout.split("\n")[0] : undefined
  }

  close(): void {
    rmSync(this.#home, { recursive: true, force: true })
  }

  /** By the fingerprint of the primary key (gpg's doc/DETAILS, "Format of the colon listings"). */
  keys(): ReadonlyMap<string, GpgKey> {
    const keys = new Map<string, GpgKey>()
    for (const text of this.#run(["--with-colons", "--list-keys"]).split(/^(?=pub:)/m)) {
      const lines = text.split("\n").map((line) => line.split(":"))
      const [pub] = lines
      const fingerprint = lines.find(([kind]) => kind === "fpr")?.[9]
      if (pub?.[0] !== "pub" || fingerprint === undefined) continue
      const names = lines.flatMap(([kind, , , , , , , , , name = ""]) => (kind === "uid" ? [name] : []))
      const ends = pub[6] === "" || pub[6] === undefined ? Number.POSITIVE_INFINITY : Number(pub[6])
      keys.set(fingerprint.toLowerCase(), {
        made: Number(pub[5]),
        ends,
        addresses: names.flatMap((name) => /<([^<>]+)>/.exec(name)?.[1] ?? []),
      })
    }
    return keys
  }

  /** `git log --format=%H%x00%G?%x00%GP%x00%GG`, in two processes: gpg is started for each commit. */
  async commits(folder: string, oids: readonly string[]): Promise<readonly GpgSignature[]> {
    const half = Math.ceil(oids.length / 2)
    const parts = await Promise.all([oids.slice(0, half), oids.slice(half)].map((part) => this.#log(folder, part)))
    return parts.flat()
  }

  /** `git verify-tag --raw`. */
  async tags(folder: string, oids: readonly string[]): Promise<readonly GpgSignature[]> {
    const said: GpgSignature[] = []
    for (const oid of oids) {
      const { stderr } = await this.#git(folder, ["verify-tag", "--raw", oid]).catch((error: { stderr: string }) => error)
      const status = new Map(stderr.split("\n").map((line) => [line.split(" ")[1] ?? "", line.split(" ").slice(2)]))
      const valid = status.get("VALIDSIG") ?? []
      const letters = [
        ["GOODSIG", "G"],
        ["EXPSIG", "X"],
        ["EXPKEYSIG", "Y"],
        ["REVKEYSIG", "R"],
        ["BADSIG", "B"],
        ["ERRSIG", "E"],
      ] as const
      const letter = letters.find(([word]) => status.has(word))?.[1] ?? "N"
      const digest = hashes.get(valid[7] ?? "") ?? valid[7] ?? ""
      const ssh = sshVerdict(stderr)
      if (ssh !== undefined) {
        said.push({ oid, ...ssh, fingerprint: "", made: 0, digest })
        continue
      }
      said.push({ oid, principal: undefined, letter, fingerprint: (valid[9] ?? "").toLowerCase(), made: Number(valid[2] ?? 0), digest })
    }
    return said
  }

  async #log(folder: string, oids: readonly string[]): Promise<readonly GpgSignature[]> {
    if (oids.length === 0) return []
    const format = "--format=%x01%H%x00%G?%x00%GP%x00%GG%x00%GF%x00%GS"
    const { stdout } = await this.#git(folder, ["log", "--no-walk=unsorted", "--stdin", format], oids.map((oid) => `${oid}\n`).join(""))
    return stdout
      .split("\x01")
      .slice(1)
      .map((text) => {
        const [oid = "", letter = "", fingerprint = "", words = "", key = "", signer = ""] = text.trimEnd().split("\0")
        const made = Date.parse(/^gpg: Signature made (.*)$/m.exec(words)?.[1] ?? "") / 1000
        const digest = /digest algorithm ([\w-]+)/.exec(words)?.[1] ?? ""
        const principal = key.startsWith("SHA256:") ? signer : undefined
        return { oid, letter, principal, fingerprint: fingerprint.toLowerCase(), made, digest }
      })
  }

  #git(folder: string, args: readonly string[], input = ""): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const running = promisify(execFile)("git", ["--no-pager", ...this.#settings, ...args], {
      cwd: folder,
      env: this.#environment,
      maxBuffer: 2 ** 30,
    })
    running.child.stdin?.on("error", () => undefined).end(input) // it may end before it has read that there is nothing
    return running
  }

  get #settings(): readonly string[] {
    return this.allowedSigners === undefined ? [] : ["-c", `gpg.ssh.allowedSignersFile=${this.allowedSigners}`]
  }

  get #environment(): NodeJS.ProcessEnv {
    const git = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }
    return { PATH: process.env["PATH"], HOME: this.#home, GNUPGHOME: this.#home, LC_ALL: "C", TZ: "UTC", ...git }
  }

  #run(args: readonly string[]): string {
    const run = spawnSync("gpg", ["--batch", "--quiet", ...args], { env: this.#environment, encoding: "utf8", maxBuffer: 2 ** 28 })
    if (run.status !== 0) throw new Error(`gpg ${args.join(" ")}: ${run.stderr.slice(0, 300)}`)
    return run.stdout
  }
}

/** What ssh-keygen says, which git passes on. */
function sshVerdict(said: string): Pick<GpgSignature, "letter" | "principal"> | undefined {
  const [, principal] = /^Good "git" signature for (\S+) with /m.exec(said) ?? []
  if (principal !== undefined) return { letter: "G", principal }
  if (/^Good "git" signature with /m.test(said)) return { letter: "U", principal: "" }
  return /signature|principal/i.test(said) && !said.includes("[GNUPG:]") && !/no signature found/.test(said)
    ? { letter: "B", principal: "" }
    : undefined
}

/** RFC 4880, 9.4: what VALIDSIG has numbers for. */
const hashes: ReadonlyMap<string, string> = new Map([
  ["1", "MD5"],
  ["2", "SHA1"],
  ["3", "RIPEMD160"],
  ["8", "SHA256"],
  ["9", "SHA384"],
  ["10", "SHA512"],
  ["11", "SHA224"],
])
