import { spawnSync } from "node:child_process"
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { orThrow } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { open } from "./open.ts"

/* Images as their own tools write them: umoci, skopeo and buildah. None is part of the product, and none needs a daemon or the network. */

const root = mkdtempSync(join(tmpdir(), "everybyte-images-"))
afterAll(() => rmSync(root, { recursive: true }))

/** Fails with what the tool said. */
function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`)
  return stdout.trim()
}
const isHere = (...programs: readonly string[]): boolean => programs.every((program) => spawnSync(program, ["--version"]).status === 0)

interface Told {
  readonly reviews: readonly string[]
  readonly whiteouts: readonly string[]
  /** What stands in the layers. */
  readonly files: readonly string[]
}

async function told(name: string): Promise<Told> {
  const path = join(root, name)
  const image = orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(root, "cache"), offline: true })))
  const layers = image.entries.filter(({ isWrapping }) => isWrapping)
  const inside = await Promise.all(layers.map((layer) => image.openEntry(layer)))
  const anomalies = [...image.anomalies, ...inside.flatMap((one) => one.anomalies)]
  const all = {
    reviews: anomalies.flatMap(({ severity, kind }) => (severity === "review" ? [kind] : [])),
    whiteouts: anomalies.flatMap(({ kind, message }) => (kind === "whiteout" ? [message] : [])).sort(),
    files: inside.flatMap((one) => one.entries.map((entry) => entry.path.slice(entry.path.lastIndexOf("!") + 1))).sort(),
  }
  await image.close()
  return all
}

function writeRoot(): void {
  for (const folder of ["etc", "usr", "var"]) mkdirSync(join(root, "in", folder), { recursive: true })
  writeFileSync(join(root, "in/etc/motd"), "hello\n")
  writeFileSync(join(root, "in/etc/gone"), "gone\n")
  writeFileSync(join(root, "in/usr/demo"), Buffer.alloc(70_000, "demo"))
  symlinkSync("demo", join(root, "in/usr/link"))
  writeFileSync(join(root, "in/var/state"), "state\n")
}

/** GNU tar's own layer fills its last record; umoci's end without an end. */
const endsAsTar = (path: string): boolean => statSync(path).size % 10_240 === 0

const tarred = (folder: string, name: string): void => void run("tar", "-C", folder, "-cf", name, ...readdirSync(join(root, folder)))

/** Four ways in which umoci makes a layer: put in, as a folder that hides what was below, from a changed file system, and as it is given. */
function makeByUmoci(): void {
  run("umoci", "init", "--layout", "oci")
  run("umoci", "new", "--image", "oci:one")
  run("umoci", "insert", "--image", "oci:one", "in/etc", "/etc")
  run("umoci", "insert", "--image", "oci:one", "in/usr", "/usr")
  run("umoci", "unpack", "--rootless", "--image", "oci:one", "bundle")
  rmSync(join(root, "bundle/rootfs/etc/gone"))
  appendFileSync(join(root, "bundle/rootfs/etc/motd"), "more\n")
  run("umoci", "repack", "--image", "oci:one", "bundle")
  run("tar", "-C", "in", "-cf", "layer.tar", "var")
  run("umoci", "raw", "add-layer", "--image", "oci:one", "layer.tar")
  run("umoci", "insert", "--opaque", "--image", "oci:one", "in/var", "/var")
  run("umoci", "gc", "--layout", "oci")
  tarred("oci", "oci.tar")
}

const whole: Told = {
  reviews: [],
  whiteouts: ["hides all that lower layers have in var/", "removes etc/gone of lower layers"],
  files: ["etc/.wh.gone", "etc/gone", "etc/motd", "etc/motd", "usr/demo", "usr/link", "var/.wh..wh..opq", "var/state", "var/state"],
}

const hasUmoci = isHere("umoci", "skopeo")
describe.skipIf(!hasUmoci)(`an image of umoci's${hasUmoci ? "" : " (umoci or skopeo is not installed)"}`, () => {
  beforeAll(() => {
    writeRoot()
    makeByUmoci()
  })

  test.each<[form: string, name: string, make: () => void]>([
    ["a folder", "oci", () => undefined],
    ["a tar of it", "oci.tar", () => undefined],
    ["skopeo's oci-archive", "archive.tar", () => run("skopeo", "copy", "oci:oci:one", "oci-archive:archive.tar:one")],
    ["skopeo's docker-archive", "docker.tar", () => run("skopeo", "copy", "oci:oci:one", "docker-archive:docker.tar:one:1")],
    [
      "packed with zstd",
      "zstd",
      () => run("skopeo", "copy", "--dest-compress", "--dest-compress-format", "zstd", "oci:oci:one", "oci:zstd:one"),
    ],
  ])("as %s: nothing odd, every layer open, whiteouts told", async (_, name, make) => {
    make()
    expect(await told(name)).toEqual(whole)
  })

  test("a blob that was changed, and one that no tag has any more until it is collected", async () => {
    cpSync(join(root, "oci"), join(root, "changed"), { recursive: true })
    const [digest = ""] = /[0-9a-f]{64}/.exec(run("umoci", "stat", "--image", "changed:one", "--json")) ?? []
    appendFileSync(join(root, "changed/blobs/sha256", digest), "\n")
    expect((await told("changed")).reviews.toSorted()).toEqual(["blob-digest", "blob-size", "trailing-bytes"])
    cpSync(join(root, "oci"), join(root, "left"), { recursive: true })
    run("umoci", "tag", "--image", "left:one", "two")
    run("umoci", "config", "--image", "left:two", "--author", "Ann")
    run("umoci", "rm", "--image", "left:two")
    expect((await told("left")).reviews).toEqual(["unnamed-blob", "unnamed-blob"]) // its manifest and its configuration
    run("umoci", "gc", "--layout", "left")
    expect(await told("left")).toEqual(whole)
  })

  test("skopeo's docker-archive: a layer that was changed, and one that the manifest does not name", async () => {
    mkdirSync(join(root, "saved"))
    run("tar", "-C", "saved", "-xf", "docker.tar")
    run("chmod", "-R", "u+w", "saved")
    const [layer = ""] = readdirSync(join(root, "saved")).filter((name) => name.endsWith(".tar") && endsAsTar(join(root, "saved", name)))
    appendFileSync(join(root, "saved", layer), Buffer.alloc(512))
    cpSync(join(root, "saved", layer), join(root, "saved", `${"0".repeat(64)}.tar`))
    tarred("saved", "saved.tar")
    expect([...new Set((await told("saved.tar")).reviews)].sort()).toEqual(["blob-digest", "diff-ids", "unnamed-blob"])
  })
})

const hasBuildah = isHere("buildah")
describe.skipIf(!hasBuildah)(`an image of buildah's${hasBuildah ? "" : " (buildah is not installed)"}`, () => {
  const buildah = (...args: readonly string[]): string =>
    run("buildah", "--root", join(root, "store"), "--runroot", join(root, "run"), "--storage-driver", "vfs", ...args)

  test("an index of two platforms, an oci-archive and a docker-archive", async (context) => {
    mkdirSync(join(root, "add"))
    writeFileSync(join(root, "add/file"), "file\n")
    try {
      const container = buildah("from", "scratch")
      buildah("add", "-q", container, join(root, "add/file"), "/file")
      buildah("commit", "-q", container, "one")
    } catch (error) {
      return context.skip(`buildah may not work here: ${error instanceof Error ? error.message.slice(0, 200) : ""}`)
    }
    buildah("manifest", "create", "list")
    buildah("manifest", "add", "list", "localhost/one")
    buildah("manifest", "add", "--arch", "arm64", "list", "localhost/one")
    buildah("manifest", "push", "--all", "list", "oci:both")
    buildah("push", "-q", "localhost/one", "oci-archive:one.tar")
    buildah("push", "-q", "localhost/one", "docker-archive:saved-one.tar:one:1")
    for (const name of ["both", "one.tar", "saved-one.tar"])
      expect(await told(name)).toEqual({ reviews: [], whiteouts: [], files: ["file"] })
  })
})
