import { edited, expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** An editor's extension has a string that shows as nothing: each of its characters is a nibble of a text that is decoded and run. */
const invisible = (text: string): string =>
  [...Buffer.from(text)]
    .flatMap((byte) => [byte >> 4, byte & 15])
    .map((nibble) => String.fromCodePoint(0xfe00 + nibble))
    .join("")

const extension = `"use strict"

const editor = require("vscode")

exports.activate = (context) => {
  const glow = editor.window.createTextEditorDecorationType({ border: "1px solid" })
  context.subscriptions.push(glow)
}
`
const payload = 'require("fs").writeFileSync("MARKER", "")'
const decoding = edited(
  extension,
  "exports.activate",
  `const ring = (text) => Buffer.from([...text].map((one) => (one.codePointAt(0) - 0xfe00).toString(16)).join(""), "hex").toString()
eval(ring("${invisible(payload)}"))

exports.activate`,
)
/** A heart with the character behind it that asks for colours, as texts for people have it. */
const greeting = edited(
  extension,
  "  context.subscriptions.push(glow)",
  '  context.subscriptions.push(glow)\n  editor.window.setStatusBarMessage("brackets glow \u2764\ufe0f")',
)
const tree = (version: string, content: string): Files => ({
  "package.json": json({
    name: "bracket-glow",
    publisher: "author-1",
    version,
    main: "./extension.js",
    engines: { vscode: "^1.80.0" },
    activationEvents: ["*"],
  }),
  "README.md": readme("bracket-glow", "Brackets that glow."),
  LICENSE: licence,
  "extension.js": content,
})
const vsix = packageOf("vsix", "bracket-glow", "1.3.0")
const history = (content: string, date: string) => [
  { message: "1.2.0", date, files: tree("1.2.0", extension), tags: ["v1.2.0"] },
  { message: "1.3.0", date: "2025-09-12", files: tree("1.3.0", content), tags: ["v1.3.0"] },
]
const previous = { ...vsix(tree("1.2.0", extension)), version: "1.2.0" }
const facts = (published: string): Facts => ({
  versions: [
    { version: "1.2.0", published, publisher: "author-1" },
    { version: "1.3.0", published: "2025-09-12T12:00:00Z", publisher: "author-1" },
  ],
})

export const replica: Replica = {
  case: 70,
  name: "bracket-glow",
  family: ["A6", "A12"],
  signals: ["S7", "S14", "S1"],
  attack: {
    history: history(extension, "2022-03-01"),
    ref: "refs/tags/v1.3.0",
    artifact: vsix(withFiles(tree("1.3.0", extension), { "extension.js": decoding })),
    previous,
    facts: facts("2022-03-01T12:00:00Z"),
  },
  twin: {
    how: "a heart in a text for people has its selector of colours behind it, and the commit has it",
    differs: ["extension.js"],
    history: history(greeting, "2025-03-01"),
    ref: "refs/tags/v1.3.0",
    artifact: vsix(tree("1.3.0", greeting)),
    previous,
    facts: facts("2025-03-01T12:00:00Z"),
  },
  truth: {
    unexplained: ["extension.js"],
    introducer: { account: "author-1" },
    expects: [
      expects("text/invisible", lines("extension.js", "eval(ring(")),
      expects("flow/literal-runs", lines("extension.js", "const ring", "eval(ring(")),
      expects("unexplained/changed-code", lines("extension.js", "const ring", "eval(ring(")),
      expects("release/dormant", { fact: "versions" }),
    ],
  },
}
