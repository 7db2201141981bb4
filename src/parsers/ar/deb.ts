import { latin1 } from "../../core/bytes.ts"

/** Says an oddity of the member at an offset. */
type Say = (severity: "note" | "review", kind: string, message: string, at: { readonly offset: number; readonly path?: string }) => void

export const debMagic = "debian-binary"
const version = "2.0\n"
/** What is held of a member's beginning: magics, and the version with something behind it. */
export const headBytes = 64

interface Stored {
  /** How the content begins. */
  readonly head: Uint8Array
  readonly size: number
  /** The name as the member's header has it. */
  readonly field: string
}

type Role = "version" | "control" | "data" | "extra" | "unknown"

/** Endings that dpkg-deb reads (deb(5), "FORMAT"), and how such content begins. */
const magics: ReadonlyMap<string, string> = new Map([
  [".gz", "\x1f\x8b"],
  [".xz", "\xfd7zXZ\0"],
  [".zst", "\x28\xb5\x2f\xfd"],
  [".bz2", "BZh"],
])

function roleOf(name: string): Role {
  if (name === debMagic) return "version"
  if (/^control\.tar(?:\.(?:gz|xz|zst))?$/.test(name)) return "control"
  if (/^data\.tar(?:\.(?:gz|xz|zst|bz2|lzma))?$/.test(name)) return "data"
  return name.startsWith("_") ? "extra" : "unknown"
}

/** A binary package of Debian: an archive of ar whose first member is debian-binary (deb(5)). Readers take its members by place (dpkg) or by name (apt). */
export class Deb {
  readonly #say: Say
  readonly #seen = new Set<Role>()

  constructor(say: Say) {
    this.#say = say
  }

  /** A control or data member: the package is what is inside. */
  isPart(name: string): boolean {
    return ["control", "data"].includes(roleOf(name))
  }

  /** Members in their order, each with how it begins and its size. */
  member(name: string, offset: number, { head, size, field }: Stored): void {
    const role = roleOf(name)
    const odd = (kind: string, message: string): void => this.#say("review", kind, message, { offset, path: name })
    if (/^(?:#1)?\/\d/.test(field)) odd("deb-long-name", `a name that stands elsewhere: dpkg takes it for ${JSON.stringify(field)}`)
    if (role === "version") this.#version(latin1(head), size, odd)
    else if (role === "extra")
      this.#say("note", "deb-extra-member", "a member that readers pass over, such as a signature of debsigs", { offset, path: name })
    else if (role === "unknown")
      odd(
        "deb-extra-member",
        this.#seen.has("data")
          ? "a member behind the data: dpkg and apt do not read it, ar and libarchive extract it"
          : "a member that dpkg does not know: it refuses the package, apt and libarchive pass over it",
      )
    else this.#part(role, name, { head, odd })
    this.#seen.add(role)
  }

  /** After the last member. */
  end(): void {
    for (const role of ["control", "data"] as const)
      if (!this.#seen.has(role))
        this.#say("review", "deb-member-missing", `no ${role} member: dpkg and apt refuse the package`, { offset: 0 })
  }

  #version(text: string, size: number, odd: (kind: string, message: string) => void): void {
    if (this.#seen.has("version")) {
      odd("deb-two-members", "a second debian-binary: dpkg refuses the package, apt takes the last")
      return
    }
    if (text === version && size === version.length) return
    const isRead = /^2\.\d+\n/.test(text)
    odd(
      "deb-version",
      isRead
        ? "not just `2.0` and a newline: readers look at the major number alone"
        : "no version 2 of the format: dpkg refuses the package",
    )
  }

  #part(
    role: "control" | "data",
    name: string,
    { head, odd }: { readonly head: Uint8Array; readonly odd: (kind: string, message: string) => void },
  ): void {
    if (this.#seen.has(role)) {
      const dpkg = role === "control" && !this.#seen.has("data") ? "refuses the package" : "takes the first"
      odd("deb-two-members", `a second ${role} member: dpkg ${dpkg}, apt goes by their names and takes the last of one name`)
    }
    if (role === "data" && !this.#seen.has("control"))
      odd("deb-order", "data before control: dpkg refuses the package, apt goes by the names")
    const magic = magics.get(/\.tar(\.\w+)?$/.exec(name)?.[1] ?? "")
    if (magic !== undefined && !latin1(head).startsWith(magic))
      odd("deb-compression", "content that is not what its ending says: dpkg and apt go by the ending, libarchive by the content")
  }
}
