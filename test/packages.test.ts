import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { createContext, explainRelease, type Report } from "../src/index.ts"
import * as cpio from "../src/parsers/cpio/test-kit.ts"
import * as rpm from "../src/parsers/rpm/test-kit.ts"
import { temporary } from "./fixtures/repository.ts"
import { tarOf } from "./fixtures/tar.ts"

/** Packages from the outside to their last file, with nothing to compare them with. */
async function explained(name: string, bytes: Uint8Array): Promise<Report> {
  using folder = temporary()
  const path = join(folder.path, name)
  writeFileSync(path, bytes)
  const ctx = createContext({ cache: join(folder.path, "cache"), offline: true })
  const nothing = {
    repository: undefined,
    ref: undefined,
    subdirectory: undefined,
    submodules: new Map<string, string>(),
    previous: undefined,
  }
  const result = await explainRelease({ target: path, acceptPrevious: false, ...nothing }, ctx)
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return result.value
}
const listed = ({ ledger, verdict, anomalies }: Report) => ({
  verdict,
  paths: ledger.entries.map(({ path, danger }) => `${path}: ${danger}`),
  formats: ledger.framing.map(({ layer, format }) => `${layer}: ${format}`),
  odd: anomalies.filter(({ severity }) => severity === "review").map(({ kind }) => kind),
})

test("an rpm is opened down to the files of its payload, and what it runs at install is named", async () => {
  const payload = gzipSync(cpio.archive(cpio.member({ name: "./usr/bin/demo", content: "#!/bin/sh\n", fields: { mode: 0o100755 } })))
  const scripts = [rpm.string(1024, "echo post"), rpm.string(1086, "/bin/sh")]
  const files = rpm.fileTags([{ path: "/usr/bin/demo", mode: 0o100755, size: 10 }])
  const report = await explained("demo-1.0-1.noarch.rpm", rpm.packageOf({ payload, main: [...scripts, ...files] }))
  expect(listed(report)).toEqual({
    verdict: "undetermined",
    paths: ["header: opaque data", "scriptlets/postinstall: runs at install", "payload.cpio.gz!./usr/bin/demo: scripts"],
    formats: ["demo-1.0-1.noarch.rpm: rpm", "payload.cpio.gz: gzip", "payload.cpio.gz!payload.cpio: cpio"],
    odd: [],
  })
})

const spec = `
Name: demo
Version: 1.0
Release: 1
Summary: For a test
License: MIT
BuildArch: noarch
%description
Nothing.
%install
mkdir -p %{buildroot}/usr/share
echo content > %{buildroot}/usr/share/demo
%files
/usr/share/demo
`
const hasRpmbuild = spawnSync("rpmbuild", ["--version"]).status === 0

test.skipIf(!hasRpmbuild).each([
  ["w9.gzdio", "gzip"],
  ["w9.bzdio", "bzip2"],
  ["w6.xzdio", "xz"],
  ["w6.lzdio", "lzma"],
  ["w6.zstdio", "zstd"],
])("rpmbuild packs the payload by %s: its files are found behind %s", async (payload, format) => {
  using folder = temporary()
  writeFileSync(join(folder.path, "demo.spec"), spec)
  const defines = [`_topdir ${folder.path}`, `_binary_payload ${payload}`].flatMap((one) => ["--define", one])
  execFileSync("rpmbuild", ["--quiet", "-bb", ...defines, "demo.spec"], { cwd: folder.path, stdio: "pipe" })
  const [path = ""] = globSync(join(folder.path, "RPMS", "*", "*.rpm"))
  const report = await explained("demo.rpm", readFileSync(path))
  expect([report.verdict, report.ledger.framing.map((layer) => layer.format)]).toEqual(["undetermined", ["rpm", format, "cpio"]])
  expect(report.ledger.entries.at(-1)?.path).toMatch(/^payload\.cpio\.\w+!\.\/usr\/share\/demo$/)
  expect(report.anomalies.filter(({ severity }) => severity === "review")).toEqual([])
})

test("a .deb is opened down to its scripts and files", async () => {
  const parts = [
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar.gz", gzipSync(tarOf([{ name: "./postinst", content: "#!/bin/sh\n", mode: 0o755 }]))],
    ["data.tar.gz", gzipSync(tarOf([{ name: "./usr/share/demo.txt", content: "text\n" }]))],
  ] as const
  const members = parts.map(([name, body]) => {
    const head = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(body.byteLength).padEnd(10)}\`\n`
    return Buffer.concat([Buffer.from(head), body, Buffer.from(body.byteLength % 2 === 0 ? "" : "\n")])
  })
  const report = await explained("demo_1.0_all.deb", Buffer.concat([Buffer.from("!<arch>\n"), ...members]))
  expect(listed(report)).toMatchObject({
    verdict: "undetermined",
    paths: [
      "debian-binary: others",
      "control.tar.gz!./postinst: runs at install",
      "data.tar.gz!./usr/share/demo.txt: translations and prose",
    ],
    odd: [],
  })
})

test("an image is opened down to the files of its layers; one that hides a blob is to be looked at", async () => {
  const layer = gzipSync(tarOf([{ name: "etc/motd", content: "hello\n" }]))
  const digest = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
  const config = "{}"
  const descriptor = (bytes: string | Uint8Array) => ({ digest: `sha256:${digest(bytes)}`, size: bytes.length })
  const manifest = JSON.stringify({ config: descriptor(config), layers: [descriptor(layer)] })
  const blobs = [config, manifest, layer].map((content) => ({ name: `blobs/sha256/${digest(content)}`, content }))
  const files = [
    { name: "oci-layout", content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: "index.json", content: JSON.stringify({ manifests: [descriptor(manifest)] }) },
    ...blobs,
  ]
  const report = listed(await explained("image.tar", tarOf(files)))
  expect(report.odd).toEqual([])
  expect(report.paths).toContain(`blobs/sha256/${digest(layer)}!etc/motd: others`)
  const hidden = listed(await explained("image.tar", tarOf([...files, { name: `blobs/sha256/${digest("x")}`, content: "x" }])))
  expect([hidden.verdict, hidden.odd]).toEqual(["review", ["unnamed-blob"]])
})
