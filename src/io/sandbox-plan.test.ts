import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { limitsDefault } from "../core/limits.ts"
import { sandboxLimits } from "./sandbox-job.ts"
import { type Plan, planRoot } from "./sandbox-plan.ts"

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "everybyte-plan-"))
  for (const folder of ["usr/bin", "usr/share", "etc", "proc", "tmp/left", "home/other"])
    await mkdir(join(root, folder), { recursive: true })
  await symlink("usr/bin", join(root, "bin"))
  for (const file of ["etc/passwd", "etc/shells", "README"]) await writeFile(join(root, file), "")
})
afterAll(() => rm(root, { recursive: true, force: true }))

const plan = (mounts: readonly (readonly [string, string])[] = [], files: readonly (readonly [string, string])[] = []): Promise<Plan> =>
  planRoot(
    {
      root,
      mounts: new Map(mounts),
      argv: [],
      environment: {},
      input: (async function* () {})(),
      limits: { ...sandboxLimits(limitsDefault), diskBytesMax: 400 },
    },
    new Map(files),
  )

const drawn = (made: Plan): readonly string[] =>
  [...made].map(([path, step]) => `${step.kind} ${path}${step.kind === "bind" ? ` ${step.source.replace(root, "R")}` : ""}`)

it("binds the members of the root, and puts the sandbox's own folders among them", async () => {
  expect(drawn(await plan())).toEqual([
    "bind /README R/README",
    "link /bin",
    "memory /build",
    "dev /dev",
    "bind /etc R/etc",
    "folder /home",
    "memory /home/build",
    "bind /home/other R/home/other",
    "proc /proc",
    "memory /tmp",
    "bind /usr R/usr",
  ])
})

it("binds a folder's members one by one only where something new has to stand among them", async () => {
  const passwd = join(root, "README")
  expect(drawn(await plan([], [["/etc/passwd", passwd]])).filter((line) => line.includes("/etc"))).toEqual([
    "bind /etc R/etc",
    "bind /etc/passwd R/README",
  ])
  const both = [
    ["/etc/group", passwd],
    ["/etc/passwd", passwd],
  ] as const
  expect(drawn(await plan([], both)).filter((line) => line.includes("/etc"))).toEqual([
    "folder /etc",
    "bind /etc/group R/README",
    "bind /etc/passwd R/README",
    "bind /etc/shells R/etc/shells",
  ])
})

it("mounts over what the root has, and makes the folders above where it has none", async () => {
  const made = drawn(
    await plan([
      ["/usr/share", join(root, "etc")],
      ["/opt/tool/src", join(root, "etc")],
    ]),
  )
  expect(made).toContain("bind /usr R/usr")
  expect(made).toContain("bind /usr/share R/etc")
  expect(made.filter((line) => line.includes("/opt"))).toEqual(["folder /opt", "folder /opt/tool", "bind /opt/tool/src R/etc"])
})

it.each(["relative", "/", "/a/../b", "/a/", "/proc/sys", "/build", "/home", "/tmp/x", "/bin/x", "/README/x"])(
  "refuses to mount at %s",
  async (path) => {
    await expect(plan([[path, root]])).rejects.toMatchObject({ fault: { kind: "usage" } })
  },
)

it("says which source is missing", async () => {
  await expect(plan([["/a", join(root, "none")]])).rejects.toMatchObject({ fault: { kind: "unavailable", source: join(root, "none") } })
})
