import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, describe, expect, test } from "vitest"
import { type Member, tarOf } from "../../../test/fixtures/tar.ts"
import { sha256Of } from "../../core/digest.ts"
import { orThrow } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import type { Artifact } from "../../model/artifact.ts"
import { open } from "./open.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-image-"))
afterAll(() => rmSync(folder, { recursive: true }))

type Files = Readonly<Record<string, string | Uint8Array>>
const link = "-> "
const memberOf = (name: string, content: string | Uint8Array): Member =>
  typeof content === "string" && content.startsWith(link) ? { name, type: "2", target: content.slice(link.length) } : { name, content }

async function opened(files: Files, prefix = ""): Promise<Artifact> {
  const path = join(folder, "image.tar")
  writeFileSync(path, tarOf(Object.entries(files).map(([name, content]) => memberOf(`${prefix}${name}`, content))))
  return orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true })))
}
async function told(files: Files): Promise<readonly string[]> {
  const image = await opened(files)
  await image.close()
  return image.anomalies.map(({ kind, severity, path }) => `${severity} ${kind} ${path}`)
}

const blob = (content: string | Uint8Array): string => `blobs/sha256/${sha256Of(content)}`
const descriptor = (content: string | Uint8Array, mediaType = "application/vnd.oci.image.layer.v1.tar") => ({
  mediaType,
  digest: `sha256:${sha256Of(content)}`,
  size: Buffer.from(content).byteLength,
})

const tar = tarOf([
  { name: "etc/motd", content: "hello\n" },
  { name: "etc/.wh.passwd", content: "" },
  { name: "var/.wh..wh..opq", content: "" },
])
const zipped = gzipSync(tarOf([{ name: "usr/bin/demo", content: "#!/bin/sh\n" }]))

interface Given {
  readonly config?: object
  readonly manifest?: object
  readonly saved?: object
  readonly more?: Files
  readonly without?: string
}

/** An image of two layers in both layouts, as docker writes it. */
function imageOf(given: Given = {}): Files {
  const config = JSON.stringify({
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256Of(tar)}`, "sha256:of-what-is-compressed"] },
    ...given.config,
  })
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: descriptor(config, "application/vnd.oci.image.config.v1+json"),
    layers: [descriptor(tar), descriptor(zipped)],
    ...given.manifest,
  })
  const index = JSON.stringify({ schemaVersion: 2, manifests: [descriptor(manifest, "application/vnd.oci.image.manifest.v1+json")] })
  const files: Files = {
    "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
    "index.json": index,
    "manifest.json": JSON.stringify([{ Config: blob(config), RepoTags: ["demo:1"], Layers: [blob(tar), blob(zipped)], ...given.saved }]),
    [blob(config)]: config,
    [blob(manifest)]: manifest,
    [blob(tar)]: tar,
    [blob(zipped)]: zipped,
    ...given.more,
  }
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== given.without))
}

test("an image: its layers are what it wraps, and open from inside; whiteouts are named", async () => {
  for (const prefix of ["", "./"]) {
    const image = await opened(imageOf(), prefix)
    expect(image.anomalies).toEqual([])
    const layers = image.entries.filter(({ isWrapping }) => isWrapping)
    expect(layers.map(({ path, format }) => [path, format])).toEqual([
      [`${prefix}${blob(tar)}`, "tar"],
      [`${prefix}${blob(zipped)}`, "gzip"],
    ])
    const [lower, upper] = await Promise.all(layers.map((layer) => image.openEntry(layer)))
    expect(lower?.anomalies.map(({ kind, message }) => [kind, message])).toEqual([
      ["whiteout", "removes etc/passwd of lower layers"],
      ["whiteout", "hides all that lower layers have in var/"],
    ])
    expect(upper?.entries.map(({ path }) => path)).toEqual([`${prefix}${blob(zipped)}!usr/bin/demo`])
    await image.close()
  }
})

test("the layout of docker before 25: names of files are digests, a layer that is there twice is a link", async () => {
  const config = JSON.stringify({ rootfs: { diff_ids: [`sha256:${sha256Of(tar)}`] } })
  const saved = JSON.stringify([{ Config: `${sha256Of(config)}.json`, Layers: ["a/layer.tar"] }])
  const files: Files = { "manifest.json": saved, [`${sha256Of(config)}.json`]: config, "a/VERSION": "1.0", "a/layer.tar": tar }
  expect(await told(files)).toEqual([])
  const twice = JSON.stringify([{ Config: `${sha256Of(config)}.json`, Layers: ["b/layer.tar"] }])
  expect(await told({ ...files, "manifest.json": twice, "b/layer.tar": `${link}../a/layer.tar` })).toEqual([])
  expect(await told({ ...files, "b/layer.tar": tar })).toEqual(["review unnamed-blob b/layer.tar"])
  expect(await told({ ...files, [`${sha256Of(config)}.json`]: `${config} ` })).toEqual([`review blob-digest ${sha256Of(config)}.json`])
  expect(await told({ ...files, "a/layer.tar": tarOf([{ name: "x", content: "" }]) })).toEqual(["review diff-ids a/layer.tar"])
})

test("skopeo's docker-archive: layers called by their digest, which are also there by links of the old names; whiteouts are told", async () => {
  const config = JSON.stringify({ rootfs: { diff_ids: [`sha256:${sha256Of(tar)}`] } })
  const layer = `${sha256Of(tar)}.tar`
  const files: Files = {
    [layer]: tar,
    "a/layer.tar": `${link}../${layer}`,
    "a/json": "{}",
    [`${sha256Of(config)}.json`]: config,
    "manifest.json": JSON.stringify([{ Config: `${sha256Of(config)}.json`, Layers: [layer] }]),
  }
  expect(await told(files)).toEqual([])
  const image = await opened(files)
  const [wrapping] = image.entries.filter(({ isWrapping }) => isWrapping)
  const inside = wrapping === undefined ? undefined : await image.openEntry(wrapping)
  expect(inside?.anomalies.map(({ kind }) => kind)).toEqual(["whiteout", "whiteout"])
  await image.close()
  const other = tarOf([{ name: "x", content: "" }])
  expect(await told({ ...files, [layer]: other })).toEqual([`review blob-digest ${layer}`, `review diff-ids ${layer}`])
  expect(await told({ ...files, [`${sha256Of(other)}.tar`]: other })).toEqual([`review unnamed-blob ${sha256Of(other)}.tar`])
  expect(await told({ ...files, "b/layer.tar": `${link}../elsewhere.tar` })).toEqual(["review unnamed-blob b/layer.tar"])
})

test("crane's tarball: the configuration is called `sha256:` and its digest, a layer by the digest of what is packed", async () => {
  const config = JSON.stringify({ rootfs: { diff_ids: ["sha256:of-what-is-compressed"] } })
  const layer = `${sha256Of(zipped)}.tar.gz`
  const name = `sha256:${sha256Of(config)}`
  const files: Files = { [name]: config, [layer]: zipped, "manifest.json": JSON.stringify([{ Config: name, Layers: [layer] }]) }
  expect(await told(files)).toEqual([])
  expect(await told({ ...files, [layer]: gzipSync("other") })).toEqual([`review blob-digest ${layer}`])
  expect(await told({ ...files, [name]: `${config} ` })).toEqual([`review blob-digest ${name}`])
})

test("an image's layer that umoci ended without padding is read, and nothing to review, as Go reads it", async () => {
  const layer = tarOf([{ name: "x", content: "x" }]).subarray(0, 513)
  const config = JSON.stringify({ rootfs: { diff_ids: [`sha256:${sha256Of(layer)}`] } })
  const manifest = JSON.stringify([{ Config: blob(config), Layers: [blob(layer)] }])
  const image = await opened({ [blob(config)]: config, [blob(layer)]: layer, "manifest.json": manifest })
  const [entry] = image.entries.filter(({ isWrapping }) => isWrapping)
  const inside = entry === undefined ? undefined : await image.openEntry(entry)
  expect(inside?.entries.map(({ path, size }) => [path, size])).toEqual([[`${blob(layer)}!x`, 1]])
  expect([...image.anomalies, ...(inside?.anomalies ?? [])].map(({ kind, severity }) => `${severity} ${kind}`)).toEqual([
    "note unpadded-end",
    "note no-end-marker",
  ])
  await image.close()
})

describe("what contradicts itself", () => {
  const wrong = `blobs/sha256/${"0".repeat(64)}`
  test.each<[string, Given, readonly string[]]>([
    ["a blob whose name is not its digest", { more: { [wrong]: "x" } }, [`review blob-digest ${wrong}`, `review unnamed-blob ${wrong}`]],
    ["a blob that no manifest names", { more: { [blob("x")]: "x" } }, [`review unnamed-blob ${blob("x")}`]],
    ["another size", { manifest: { layers: [descriptor(tar), { ...descriptor(zipped), size: 1 }] } }, [`review blob-size ${blob(zipped)}`]],
    ["a layer that is not there", { without: blob(zipped) }, ["note missing-blob index.json", "note missing-blob manifest.json"]],
    ["layers that only docker sees", { manifest: { layers: [descriptor(tar), descriptor(tar)] } }, ["review two-manifests manifest.json"]],
    ["a document that is no JSON", { more: { "manifest.json": "[" } }, ["review image-document manifest.json"]],
    ["a document of another shape", { more: { "index.json": '{"manifests": 1}' } }, ["review image-document index.json"]],
  ])("%s", async (_, given, expected) => {
    const found = await told(imageOf(given))
    expect(found.filter((one) => !expected.includes(one) && !/diff-ids|unnamed-blob|two-manifests/.test(one))).toEqual([])
    expect(found).toEqual(expect.arrayContaining([...expected]))
  })

  test("an uncompressed layer that is not what the configuration says, and too few digests", async () => {
    const diffs = (...ids: readonly string[]): Given => ({ config: { rootfs: { diff_ids: ids } } })
    expect(new Set(await told(imageOf(diffs("sha256:other", "sha256:x"))))).toEqual(new Set([`review diff-ids ${blob(tar)}`]))
    const [first] = await told(imageOf(diffs("sha256:x")))
    expect(first).toMatch(/^review diff-ids blobs/)
  })
})

test("a project that merely has a manifest.json is no image", async () => {
  expect(await told({ "manifest.json": "[", "src/x": "x" })).toEqual([])
})
