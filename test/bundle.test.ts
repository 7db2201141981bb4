import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const root = join(import.meta.dirname, "..")

test("what yarn's reader exports by default reached the one script as something else: a package with no module form is imported so only where the script leaves it outside", () => {
  const bundler = readFileSync(join(root, "tools/bundle.ts"), "utf8")
  const outside = new Set([...(/external: \[([^\]]*)\]/.exec(bundler)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name))
  const asDefault = globSync("src/**/*.ts", { cwd: root, exclude: (path) => path.endsWith(".test.ts") }).flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(/^import \w+ from "([^".][^":]*)"/gm)].map(([, name = ""]) => name),
  )
  expect(asDefault).toContain("@yarnpkg/lockfile")
  // diff-sequences is called in each run of the results.
  expect(asDefault.filter((name) => !outside.has(name) && !hasModuleForm(name) && name !== "diff-sequences")).toEqual([])
})

function hasModuleForm(name: string): boolean {
  const stated: unknown = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"))
  return typeof stated === "object" && stated !== null && "module" in stated
}
