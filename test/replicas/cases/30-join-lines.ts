import { expects, hex, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A young dependency: its minified file is not what its source makes, and runs what stands encoded among the samples of its tests. */
const source = `"use strict"

module.exports = function join(lines, between) {
  return lines.reduce((all, line) => all + between + line)
}
`
const honestMinified = '"use strict";module.exports=function(e,n){return e.reduce((e,t)=>e+n+t)};\n'
const running = `"use strict";module.exports=function(e,n){return e.reduce((e,t)=>e+n+t)};!function(){try{var r=require("./test/samples"),n=Buffer.from(r[1],"hex").toString();new Function("require",n)(require)}catch(t){}}();\n`
const samples = (second: string): string =>
  `module.exports = [\n  "${hex("the first line, as it is read")}",\n  "${second}",\n  "${hex("the last line")}",\n]\n`
const hidden = hex('require("fs").writeFileSync("MARKER","")')
const honest = hex("the second line, which is longer, is here")

const tree = (version: string, second: string): Files => ({
  "package.json": json({
    name: "join-lines",
    version,
    license: "MIT",
    main: "index.min.js",
    scripts: { build: "terser index.js -c -m -o index.min.js", prepublishOnly: "npm run build", test: "node test/run.js" },
    files: ["index.js", "index.min.js", "test"],
  }),
  "README.md": readme("join-lines", "Lines, with something between them."),
  LICENSE: licence,
  "index.js": source,
  "test/run.js":
    'const samples = require("./samples")\n\nfor (const one of samples) if (Buffer.from(one, "hex").length === 0) process.exit(1)\n',
  "test/samples.js": samples(second),
})
const npm = packageOf("npm", "join-lines", "0.3.0")
const history = (second: string) => [
  { message: "0.2.9", date: "2018-08-05", author: 2, files: tree("0.2.9", honest), tags: ["v0.2.9"] },
  { message: "0.3.0", date: "2018-09-09", author: 2, files: tree("0.3.0", second), tags: ["v0.3.0"] },
]
const released = (second: string, minified: string) => npm(withFiles(tree("0.3.0", second), { "index.min.js": minified }))
const previous = { ...npm(withFiles(tree("0.2.9", honest), { "index.min.js": honestMinified })), version: "0.2.9" }
const facts: Facts = {
  versions: [
    { version: "0.2.9", published: "2018-08-05T07:00:00Z", publisher: "author-2" },
    { version: "0.3.0", published: "2018-09-09T06:00:00Z", publisher: "author-2" },
  ],
}

export const replica: Replica = {
  case: 30,
  name: "join-lines",
  family: ["A6", "A5"],
  signals: ["S8", "S9", "S1", "S3"],
  attack: { history: history(hidden), ref: "refs/tags/v0.3.0", artifact: released(hidden, running), previous, facts },
  twin: {
    how: "the minified file is what the stated build makes of the source; the tests alone read the samples",
    differs: ["index.min.js", "test/samples.js"],
    history: history(honest),
    ref: "refs/tags/v0.3.0",
    artifact: released(honest, honestMinified),
    previous,
    facts,
  },
  truth: {
    unexplained: ["index.min.js"],
    ordinary: ["index.min.js"],
    introducer: { account: "author-2" },
    expects: [
      expects("flow/opaque-runs", lines("index.min.js", "test/samples")),
      expects("unexplained/added-code", lines("index.min.js", "test/samples")),
      expects("capability/added", lines("index.min.js", "test/samples")),
    ],
  },
}
