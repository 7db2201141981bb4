import { expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** In front of a colour library's index, in the published package alone, stands one unreadable line that puts itself between a page and its network. */
const index = `const codes = { red: 31, green: 32, blue: 34 }

const wrap = (code) => (text) => \`\\u001b[\${code}m\${text}\\u001b[39m\`

module.exports = Object.fromEntries(Object.entries(codes).map(([name, code]) => [name, wrap(code)]))
`
/** The words of the line, and the line with each looked up by its number. */
const words = ["fetch", "apply", "fs", "writeFileSync", "MARKER", "", "function"]
const numbered = words.map((word) => `"${[...word].map((letter) => `\\x${letter.charCodeAt(0).toString(16)}`).join("")}"`)
const unreadable = `var _q7=[${numbered.join(",")}],_q8=function(a){return _q7[a-0x1d]};(function(b,c){var d=b[_q8(0x1d)];if(typeof d===_q8(0x23)){b[_q8(0x1d)]=function(){try{c(_q8(0x1f))[_q8(0x20)](_q8(0x21),_q8(0x22))}catch(e){}return d[_q8(0x1e)](this,arguments)}}})(globalThis,require);`
/** What a bundler that the project states makes of the index. */
const minified =
  "const o={red:31,green:32,blue:34},r=o=>r=>'\\x1b['+o+'m'+r+'\\x1b[39m';module.exports=Object.fromEntries(Object.entries(o).map(([o,e])=>[o,r(e)]));\n"

const tree = (version: string): Files => ({
  "package.json": json({
    name: "tint-text",
    version,
    license: "MIT",
    main: "index.js",
    jsdelivr: "dist/index.min.js",
    scripts: { build: "esbuild index.js --minify --outfile=dist/index.min.js", prepack: "npm run build" },
    files: ["index.js", "dist"],
  }),
  "README.md": readme("tint-text", "Puts colour on text in a terminal."),
  LICENSE: licence,
  "index.js": index,
})
const npm = packageOf("npm", "tint-text", "5.6.2")
const history = [
  { message: "5.6.1", date: "2025-03-08", files: tree("5.6.1"), tags: ["v5.6.1"] },
  { message: "5.6.2", date: "2025-08-08", files: tree("5.6.2"), tags: ["v5.6.2"] },
]
const built = { "dist/index.min.js": minified }
const previous = { ...npm({ ...tree("5.6.1"), ...built }), version: "5.6.1" }

export const replica: Replica = {
  case: 44,
  name: "tint-text",
  family: ["A5"],
  signals: ["S1", "S14", "S4"],
  attack: {
    history,
    ref: "refs/tags/v5.6.2",
    artifact: npm(withFiles(tree("5.6.2"), { ...built, "index.js": `${unreadable}\n${index}` })),
    previous,
  },
  twin: {
    how: "only the built file is minified, as the manifest says and as the release before had it",
    differs: ["index.js"],
    history,
    ref: "refs/tags/v5.6.2",
    artifact: npm({ ...tree("5.6.2"), ...built }),
    previous,
  },
  truth: {
    unexplained: ["index.js"],
    ordinary: ["dist/index.min.js"],
    introducer: { account: "author-1" },
    expects: [
      expects("unexplained/changed-code", lines("index.js", "var _q7=")),
      expects("text/minified-here", lines("index.js", "var _q7=")),
      expects("capability/added", lines("index.js", "var _q7=")),
    ],
  },
}
