import { execFileSync, spawnSync } from "node:child_process"
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { afterAll, expect, test } from "vitest"
import { faultOrValue, mutant, type Walked, walked } from "../test-kit.ts"
import { rpm } from "./index.ts"

/** Without these programs the tests below are skipped by name. */
const has = (program: string): boolean => spawnSync(program, ["--version"], { encoding: "utf8" }).status === 0
const hasRpm = has("rpmbuild") && has("rpm")

const folder = mkdtempSync(join(tmpdir(), "everybyte-rpm-"))
afterAll(() => rmSync(folder, { recursive: true }))
const walk = (bytes: Uint8Array): Promise<Walked> => walked(rpm, [bytes])

const spec = `
Name: demo
Version: 1.2
Release: 3
Summary: For a test
License: MIT
BuildArch: noarch
%description
Nothing.
%install
mkdir -p %{buildroot}/usr/share/demo
echo content > %{buildroot}/usr/share/demo/a
ln -s a %{buildroot}/usr/share/demo/l
%post
echo post
%files
/usr/share/demo
`

const built = new Map<string, Buffer>()
/** Built once, with the machine's rpmbuild, of a specification of ours. */
function packaged(payload = "w9.gzdio"): Buffer {
  const before = built.get(payload)
  if (before !== undefined) return before
  writeFileSync(join(folder, "demo.spec"), spec)
  const defines = [`_topdir ${folder}`, `_binary_payload ${payload}`].flatMap((one) => ["--define", one])
  execFileSync("rpmbuild", ["--quiet", "-bb", ...defines, "demo.spec"], { cwd: folder, stdio: "pipe" })
  const [path = ""] = globSync(join(folder, "RPMS", "*", "*.rpm"))
  const made = readFileSync(path)
  built.set(payload, made)
  return made
}

test.skipIf(!hasRpm)("rpmbuild writes; every byte is understood, and the payload is what rpm2cpio gives", async () => {
  const bytes = packaged()
  const told = await walk(bytes)
  expect(told.entries.map(({ path }) => path)).toEqual(["header", "scriptlets/postinstall", "payload.cpio.gz"])
  expect(told.entries[1]?.bytes.toString()).toBe("echo post")
  expect([
    told.anomalies.filter(({ severity }) => severity === "review"),
    told.claims.filter(({ role }) => role === "unexplained"),
  ]).toEqual([[], []])
  const payload = told.entries.at(-1)?.bytes ?? Buffer.alloc(0)
  expect(execFileSync("rpm2cpio", ["-"], { input: bytes }).equals(gunzipSync(payload))).toBe(true)
})

test.skipIf(!hasRpm)("a payload that rpmbuild did not compress was said to make rpm fail", async () => {
  const bytes = packaged("w.ufdio")
  const told = await walk(bytes)
  const payload = told.entries.at(-1)
  expect(payload?.path).toBe("payload.cpio")
  expect(told.anomalies.filter(({ severity }) => severity === "review")).toEqual([])
  expect(execFileSync("rpm2cpio", ["-"], { input: bytes }).equals(payload?.bytes ?? Buffer.alloc(0))).toBe(true)
})

/**
 * Where we find nothing odd, rpm finds every digest right. The other way round there is silence of rpm's that we break: it does not look at the
 * lead, at reserved space, at padding, at the size and at tags of the signature header that it does not know.
 */
test.skipIf(!hasRpm)(
  "of mutants, those that we find nothing odd in have digests that rpm finds right",
  async () => {
    const whole = packaged()
    mkdirSync(join(folder, "mutants"), { recursive: true })
    let compared = 0
    let refused = 0
    for (let seed = 0; seed < 400; seed += 1) {
      const bytes = mutant(whole, seed)
      const told = await faultOrValue(walk(bytes))
      const isSilent = told?.anomalies.every(({ severity }) => severity === "note") === true
      if (!isSilent && seed >= 40) continue
      const path = join(folder, "mutants", `${seed}.rpm`)
      writeFileSync(path, bytes)
      const run = spawnSync("rpm", ["-K", "--nosignature", path], { encoding: "utf8", timeout: 20_000 })
      if (isSilent) expect([seed, run.status, run.stdout]).toEqual([seed, 0, expect.stringContaining("digests OK")])
      else if (run.status !== 0) refused += 1
      compared += 1
    }
    expect(compared).toBeGreaterThan(20)
    expect(refused).toBeGreaterThan(10)
  },
  120_000,
)
