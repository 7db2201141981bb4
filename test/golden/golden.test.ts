import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { sha256Of } from "../../src/core/digest.ts"
import { auditRelease, createContext, type Exhibits, type ExplainRequest, explainRelease, type Report, reporters } from "../../src/index.ts"
import { client, style } from "../../src/reporters/html/client-generated.ts"
import { makeRepository } from "../fixtures/repository.ts"
import { tarEnd, tarMember } from "../fixtures/tar.ts"

/**
 * Whole reports of one made release with something of everything, in each form. They change by `npm test -- -u` and are read in review.
 * The macro is a replica: inert, labelled, only read.
 */
function asked(folder: string): ExplainRequest {
  const long = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("")
  const repository = makeRepository(join(folder, "r"), {
    ".gitattributes": "secret export-ignore\nversion export-subst\n",
    secret: "kept at home\n",
    version: "$Format:%H$\n",
    "src/a.c": "int main(void) { return 0; }\n",
    "m4/host.m4": long,
    "tests/good.bin": { content: Buffer.from([0, 1, 2, 3]) },
    "doc/lost": "lost\n",
  })
  const members = [
    { name: "made-1.0/src/a.c", content: "int main(void) { return 0; }\n", mode: 0o755 },
    { name: "made-1.0/m4/host.m4", content: `${long.replace("line 7\n", "line 7\n# replica: would write MARKER\n")}` },
    { name: "made-1.0/tests/good.bin", content: Buffer.from([0, 1, 2, 3]) },
    { name: "made-1.0/tests/new.bin", content: Buffer.from([0, 9]) },
    { name: "made-1.0/moved.c", content: "lost\n" },
    { name: "made-1.0/link", type: "2", target: "../../etc/passwd" },
    { name: "made-1.0/src/A.c", content: "other\n" },
    { name: "made-1.0/\u001b[31mred", content: "x\n", padding: "hidden" },
  ]
  const path = join(folder, "made-1.0.tar.gz")
  writeFileSync(path, gzipSync(Buffer.concat([...members.map(tarMember), tarEnd()]), { level: 0 }))
  return {
    target: path,
    repository,
    ref: undefined,
    subdirectory: undefined,
    submodules: new Map(),
    previous: undefined,
    acceptPrevious: false,
    wantsExhibits: true,
  }
}

const contextIn = (folder: string) => createContext({ cache: join(folder, "cache"), offline: true, day: "2026-11-25" })

async function made(folder: string): Promise<{ report: Report; exhibits: Exhibits | undefined }> {
  const result = await explainRelease(asked(folder), contextIn(folder))
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return { report: result.value, exhibits: result.exhibits }
}

/** One word that holds, one that is over, one for other bytes, and a place that the policy only notes. */
async function audited(folder: string): Promise<Report> {
  const exemption = { reason: "read by hand", owner: "Ada", expires: "2027-01-01" }
  const exemptions = [
    { ...exemption, path: "moved.c", sha256: sha256Of("lost\n") },
    { ...exemption, path: "tests/new.bin", sha256: sha256Of(Buffer.from([0, 9])), expires: "2026-01-01" },
    { ...exemption, path: "m4/host.m4", sha256: sha256Of("as it was") },
  ]
  const policy = join(folder, "policy.json")
  writeFileSync(policy, JSON.stringify({ schema: "everybyte.policy/1", unexplained: { code: "note" }, toReadMax: 5, exemptions }))
  const result = await auditRelease({ ...asked(folder), policy }, contextIn(folder))
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return result.value
}

/** The page without its script and style, which have tests of their own and would hide what changed. */
const unbundled = (text: string): string =>
  text
    .replaceAll(client, "CLIENT")
    .replaceAll(style, "STYLE")
    .replaceAll(/sha256-[A-Za-z0-9+/]{43}=/g, "sha256-HASH")

/** What depends on the machine: where the folder is, and which git and Node there are. */
function settled(report: Report, folder: string): Report {
  const trustedBase = report.tool.trustedBase.map((tool) => ({ ...tool, version: "0" }))
  return JSON.parse(JSON.stringify({ ...report, tool: { ...report.tool, trustedBase } }).replaceAll(folder, "/made"))
}

test("the reports of a made release", async () => {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-golden-"))
  try {
    const { report: whole, exhibits } = await made(folder)
    const report = settled(whole, folder)
    for (const reporter of Object.values(reporters)) {
      const text = reporter.render(report, { columns: 100, colour: false, command: "everybyte" }, exhibits)
      await expect(unbundled(text)).toMatchFileSnapshot(`made.${reporter.format}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test("the audit of a made release", async () => {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-golden-"))
  try {
    const report = settled(await audited(folder), folder)
    for (const reporter of [reporters.text, reporters.markdown]) {
      const text = reporter.render(report, { columns: 100, colour: false, command: "everybyte" })
      await expect(text).toMatchFileSnapshot(`audit.${reporter.format}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
