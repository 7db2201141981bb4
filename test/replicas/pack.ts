import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { type Member, tarOf } from "../fixtures/tar.ts"
import { zipOf } from "../fixtures/zip.ts"
import type { Content, Files, Package } from "./replica.ts"

/** An artifact as a registry or a download page has it. */
export interface Packed {
  /** Of the file, or of the folder. */
  readonly file: string
  /** Undefined: a folder of recipes, which is its files. */
  readonly bytes: Buffer | undefined
  /** The folder in it that holds what the commit has. */
  readonly root: string
  /** By path as stored, those that the packer wrote too. */
  readonly entries: ReadonlyMap<string, Buffer>
  /** Paths that every package of its format has, and no commit. */
  readonly made: readonly string[]
}

/** `commit`: the id that the package says it was made of. */
export function pack(given: Package, commit: string): Packed {
  const { file, root, made = {}, around, modified } = { modified: given.modified, ...shapes[given.format](given, commit) }
  const inside = Object.entries(given.files).map(([path, content]) => [`${root}${path}`, Buffer.from(content)] as const)
  const own = Object.entries(made).map(([path, content]) => [path, Buffer.from(content)] as const)
  const entries = new Map([...inside, ...own])
  if (given.format === "wheel") entries.set(recordOf(given), Buffer.from(record(entries, recordOf(given))))
  const times = new Map(Object.entries(modified ?? {}).map(([path, seconds]) => [`${root}${path}`, seconds]))
  const added = [...entries.keys()].filter((path) => !inside.some(([one]) => one === path))
  return { file, root, entries, made: added, bytes: around?.(entries, times) }
}

interface Shape {
  readonly file: string
  readonly root: string
  readonly made?: Files
  readonly around?: (entries: ReadonlyMap<string, Buffer>, times: ReadonlyMap<string, number>) => Buffer
}

const shapes: { readonly [F in Package["format"]]: (given: Package, commit: string) => Shape } = {
  "tar.gz": ({ name, version }) => ({ file: `${name}-${version}.tar.gz`, root: `${name}-${version}/`, around: tarball }),
  npm: ({ name, version }) => ({ file: `${name}-${version}.tgz`, root: "package/", around: tarball }),
  // PEP 427: METADATA, WHEEL and RECORD in a folder of their own.
  wheel: (given) => ({
    file: `${given.name}-${given.version}-py3-none-any.whl`,
    root: "",
    made: {
      [`${distInfo(given)}/METADATA`]: metadata(given),
      [`${distInfo(given)}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: hatchling 1.25.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    },
    around: zipped,
  }),
  sdist: (given) => ({
    file: `${given.name}-${given.version}.tar.gz`,
    root: `${given.name}-${given.version}/`,
    made: { [`${given.name}-${given.version}/PKG-INFO`]: metadata(given) },
    around: tarball,
  }),
  crate: ({ name, version }, commit) => ({
    file: `${name}-${version}.crate`,
    root: `${name}-${version}/`,
    made: { [`${name}-${version}/.cargo_vcs_info.json`]: `${JSON.stringify({ git: { sha1: commit }, path_in_vcs: "" }, null, 2)}\n` },
    around: tarball,
  }),
  go: ({ name, version }) => ({ file: `${version}.zip`, root: `${name}@${version}/`, around: zipped }),
  gem: ({ name, version }) => ({
    file: `${name}-${version}.gem`,
    root: "",
    around: (entries) => {
      const data = tarball(entries, new Map())
      const about = gzipSync(
        `--- !ruby/object:Gem::Specification\nname: ${name}\nversion: !ruby/object:Gem::Version\n  version: ${version}\n`,
      )
      const sums = [
        "SHA256:",
        ...[["metadata.gz", about] as const, ["data.tar.gz", data] as const].map(([at, one]) => `  ${at}: ${sha256(one)}`),
      ]
      return tarOf([
        { name: "metadata.gz", content: about },
        { name: "data.tar.gz", content: data },
        { name: "checksums.yaml.gz", content: gzipSync(`---\n${sums.join("\n")}\n`) },
      ])
    },
  }),
  vsix: ({ name, version }) => ({
    file: `${name}-${version}.vsix`,
    root: "extension/",
    made: {
      "[Content_Types].xml":
        '<?xml version="1.0" encoding="utf-8"?>\n<Types><Default Extension=".json" ContentType="application/json"/></Types>\n',
      "extension.vsixmanifest": `<?xml version="1.0" encoding="utf-8"?>\n<PackageManifest Version="2.0.0"><Metadata><Identity Id="${name}" Version="${version}"/></Metadata></PackageManifest>\n`,
    },
    around: zipped,
  }),
  folder: ({ name }) => ({ file: name, root: "" }),
  file: (given) => ({ file: given.name, root: "", around: (entries) => [...entries.values()][0] ?? Buffer.alloc(0) }),
}

const modifiedByDefault = 1_700_000_000

function tarball(entries: ReadonlyMap<string, Buffer>, times: ReadonlyMap<string, number>): Buffer {
  const members = [...entries].map(([name, content]): Member => {
    const seconds = times.get(name) ?? modifiedByDefault
    return { name, content, patch: (header) => void header.write(`${seconds.toString(8).padStart(11, "0")}\0`, 136, "latin1") }
  })
  return gzipSync(tarOf(members))
}

const zipped = (entries: ReadonlyMap<string, Buffer>): Buffer =>
  zipOf([...entries].map(([name, content]) => ({ name, content, mode: 0o100644 })))

const sha256 = (content: Content): string => createHash("sha256").update(content).digest("hex")
const distInfo = ({ name, version }: Package): string => `${name}-${version}.dist-info`
const recordOf = (given: Package): string => `${distInfo(given)}/RECORD`
const metadata = ({ name, version }: Package): string => `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`

/** PEP 376 "RECORD": path, digest in base64 without padding, size. */
const record = (entries: ReadonlyMap<string, Buffer>, self: string): string =>
  [...entries]
    .map(([path, content]) => `${path},sha256=${createHash("sha256").update(content).digest("base64url")},${content.byteLength}`)
    .concat(`${self},,`, "")
    .join("\n")
