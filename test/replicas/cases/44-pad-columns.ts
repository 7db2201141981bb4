import { expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** In front of the index of a library that pads text, in the published package alone, stands one unreadable line that puts itself between a page and its network. */
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
    name: "pad-columns",
    version,
    license: "MIT",
    main: "index.js",
    jsdelivr: "dist/index.min.js",
    scripts: { build: "esbuild index.js --minify --outfile=dist/index.min.js", prepack: "npm run build" },
    files: ["index.js", "dist"],
  }),
  "README.md": readme("pad-columns", "Pads text into columns."),
  LICENSE: licence,
  "index.js": index,
})
const npm = packageOf("npm", "pad-columns", "3.0.4")
const history = [
  { message: "3.0.3", date: "2025-03-08", files: tree("3.0.3"), tags: ["v3.0.3"] },
  { message: "3.0.4", date: "2025-08-08", files: tree("3.0.4"), tags: ["v3.0.4"] },
]
const built = { "dist/index.min.js": minified }
const previous = { ...npm({ ...tree("3.0.3"), ...built }), version: "3.0.3" }

export const replica: Replica = {
  case: 44,
  name: "pad-columns",
  family: ["A5"],
  signals: ["S1", "S14", "S4"],
  attack: {
    history,
    ref: "refs/tags/v3.0.4",
    artifact: npm(withFiles(tree("3.0.4"), { ...built, "index.js": `${unreadable}\n${index}` })),
    previous,
  },
  twin: {
    how: "only the built file is minified, as the manifest says and as the release before had it",
    differs: ["index.js"],
    history,
    ref: "refs/tags/v3.0.4",
    artifact: npm({ ...tree("3.0.4"), ...built }),
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
