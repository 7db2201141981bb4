import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { analysed, sourceOf } from "../../../test/fixtures/languages.ts"
import { limitsDefault } from "../../core/limits.ts"
import { text } from "../../model/code.ts"
import { editorTasks } from "./index.ts"

const opening = { runOptions: { runOn: "folderOpen" } }
const read = (of: string) => analysed(editorTasks, of, { path: ".vscode/tasks.json" })
const linesOf = async (...tasks: readonly object[]) => (await read(JSON.stringify({ tasks }))).handed.map((one) => one.text)
/** What each command runs at. */
async function hooksOf(...tasks: readonly object[]): Promise<readonly (string | undefined)[]> {
  const analyse = await editorTasks.load(async () => new Uint8Array())
  const { acts } = analyse(sourceOf(".vscode/tasks.json", JSON.stringify({ tasks })), {
    limits: limitsDefault,
    files: new Set(),
    variables: new Map(),
    inner: (_, source) => ({ acts: [{ kind: "reads", path: text(source.text), at: source.place(0, 1) }], blind: [] }),
  })
  return acts.map((act) => (act.kind === "reads" && act.path.kind === "text" ? `${act.path.text} ${act.hook}` : undefined))
}

describe("tasks of an editor", () => {
  it("are JSON with comments, and hand over where their commands stand", async () => {
    const of = `// one
{ /* two
*/ "tasks": [
    {
      "label": "a", // three
      "command": "make it", "args": ["-j", "a b", "'c d'",],
    },
  ],
}
`
    const { handed, blind } = await read(of)
    expect(handed).toMatchObject([{ language: "shell", text: "make it -j 'a b' 'c d'", lines: [6] }])
    expect(blind).toEqual([])
  })

  it.each<[string, object, readonly string[]]>([
    ["text of a shell", { type: "shell", command: "a | b", args: ["&&", "c"] }, ["a | b && c"]],
    ["a program", { type: "process", command: "a b", args: ["$x", "it's"] }, ["'a b' '$x' 'it'\\''s'"]],
    ["quoted words", { command: { value: "a b", quoting: "strong" }, args: [{ value: "$x y", quoting: "weak" }] }, [`'a b' "$x y"`]],
    ["a text in pieces", { command: ["a", "b | c"] }, ["a b | c"]],
    ["what a platform has otherwise", { command: "a", windows: { command: "b" }, osx: { args: ["c"] }, linux: {} }, ["a", "a c", "b"]],
    [
      "another shell",
      { type: "shell", command: "f()", options: { shell: { executable: "/usr/bin/node", args: ["-e"] } } },
      ["/usr/bin/node -e 'f()'"],
    ],
    ["the usual shell", { type: "shell", command: "a; b", options: { shell: { executable: "/bin/bash" } } }, ["a; b"]],
    ["a script of npm", { type: "npm", script: "watch" }, ["npm run watch"]],
    [
      "a folder that the editor puts in",
      { command: `\${workspaceFolder}/a.sh`, args: [`\${workspaceFolder:b}\${/}c`, `$x \${HOME}`] },
      [`./a.sh ./c '$x \${HOME}'`],
    ],
    ["nothing", { type: "shell" }, []],
  ])("start %s", async (_, task, lines) => {
    expect(await linesOf(task)).toEqual(lines)
  })

  it("are given variables, and hold what nobody knows", async () => {
    const of = { tasks: [{ command: `\${config:a.b} \${env:X}`, options: { env: { A: "1" } } }] }
    const { handed } = await read(JSON.stringify(of))
    expect(handed[0]?.variables.get("A")).toEqual({ kind: "text", text: "1" })
    expect([...(handed[0]?.variables.values() ?? [])].map(({ kind }) => kind)).toEqual(["text", "unknown", "environment"])
  })

  it("tell which run when a folder is opened, and what those need, from what is asked for", async () => {
    expect(
      await hooksOf(
        { label: "a", command: "1", dependsOn: ["b"], ...opening },
        { label: "b", command: "2", dependsOn: "c" },
        { label: "c", command: "3", dependsOn: "a" },
        { label: "d", command: "4", dependsOn: "a", runOptions: { runOn: "default" } },
        { label: "e", command: "5", runOptions: { runOn: "FolderOpen" } },
      ),
    ).toEqual(["1 folderOpen", "2 folderOpen", "3 folderOpen", "4 task", "5 folderOpen"])
  })

  it("say what they do not follow, of those that run by themselves", async () => {
    expect(
      (
        await read(
          JSON.stringify({
            tasks: [
              { type: "gulp", task: "a", ...opening },
              { type: "npm", script: "a", ...opening },
            ],
          }),
        )
      ).blind,
    ).toHaveLength(2)
    expect((await read(JSON.stringify({ tasks: [{ type: "gulp", task: "a" }] }))).blind).toEqual([])
  })

  it.each(["", "{", "/*", '{"tasks":[{"command":"a', `${"[".repeat(1000)}`, "{} x", '{"a":1 "b":2}'])(
    "give up on %s with a word",
    async (of) => {
      expect((await read(of)).blind).toHaveLength(1)
    },
  )

  it("are read without a fault of their own", async () => {
    const words = [
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"tasks"',
      '"command"',
      '"args"',
      '"options"',
      '"shell"',
      '"runOptions"',
      '"dependsOn"',
      `"a \${env:x}"`,
      "//\n",
      "/*",
      "*/",
      "1",
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 60 }), async (some) => {
        await read(some.join(""))
        await read(`{"tasks":[{${some.join("")}}]}`)
      }),
    )
  })
})
