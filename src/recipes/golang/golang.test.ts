import { expect, test } from "vitest"
import { kindOf, type Packed } from "../../../test/fixtures/packed.ts"

const module: Packed = {
  name: "v1.0.0.zip",
  format: "zip",
  root: "example.org/made/sub@v1.0.0/",
  files: { LICENSE: "free\n", "a.go": "package a\n" },
  tree: { LICENSE: "free\n", "sub/a.go": "package a\n", "other/LICENSE": "not free\n" },
  folder: "sub/",
}

test("a module in a folder has the repository's licence, of these very words", async () => {
  expect(await kindOf(module, "LICENSE")).toBe("recipe")
  expect(await kindOf(module, "a.go")).toBe("source")
  expect(await kindOf(module, "LICENSE", "not free\n")).toBe("unexplained")
})

test("only where it has none of its own, and in a module's zip", async () => {
  expect(await kindOf({ ...module, tree: { ...module.tree, "sub/LICENSE": "mine\n" } }, "LICENSE")).toBe("unexplained")
  expect(await kindOf({ ...module, root: "sub-1.0.0/" }, "LICENSE")).toBe("unexplained")
})

test("a zip of sources that looks like a module's is none", async () => {
  for (const change of [{ name: "v1.0.0.jar" }, { root: "made@v1/" }, { root: "example.org/made/sub@v1.0.0/x/" }])
    expect(await kindOf({ ...module, ...change }, "LICENSE")).toBe("unexplained")
})

test("a script is a plain file in a module's zip, and nothing else may be executed there", async () => {
  const script = {
    ...module,
    files: { ...module.files, "run.sh": "run\n" },
    tree: { ...module.tree, "sub/run.sh": { content: "run\n", mode: "100755" } },
  }
  expect(await kindOf(script, "run.sh")).toBe("recipe")
  expect(await kindOf(script, "run.sh", "evil\n")).toBe("unexplained")
  expect(await kindOf(script, "a.go", { content: "package a\n", mode: 0o755 })).toBe("unexplained")
  expect(await kindOf({ ...script, root: "sub-1.0.0/" }, "run.sh")).toBe("unexplained")
})
