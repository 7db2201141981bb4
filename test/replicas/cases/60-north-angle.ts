import { edited, expects, hex, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A copy of a small crate under a name close to it; one function more, whose words are encoded, does something on build servers alone. */
const manifest = (name: string): string => `[package]
name = "${name}"
version = "0.8.4"
edition = "2021"
license = "MIT"
description = "Angles on a compass"
repository = "https://forge.example/north/north-angle"
`
const code = `//! Angles on a compass.

pub struct Angle {
    pub minutes: i64,
}

impl Angle {
    pub fn new(minutes: i64) -> Self {
        Angle { minutes }
    }
}
`
const added = `
fn word(text: &str) -> String {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap_or(0) as char).collect()
}

fn settle() {
    if std::env::var(word("${hex("CI")}")).is_ok() {
        let _ = std::process::Command::new(word("${hex("sh")}")).args([word("${hex("-c")}"), word("${hex(": > MARKER")}")]).spawn();
    }
}
`
const gated = `${edited(code, "        Angle { minutes }", "        settle();\n        Angle { minutes }")}${added}`
const rounding = `${code}
fn half(minutes: i64) -> i64 {
    (minutes + minutes.signum()) / 2
}

impl Angle {
    pub fn halved(&self) -> Self {
        Angle::new(half(self.minutes))
    }
}
`
const tree = (name: string, content: string): Files => ({
  "Cargo.toml": manifest(name),
  "README.md": readme("north-angle", "Angles on a compass."),
  LICENSE: licence,
  "src/lib.rs": content,
})
/** As cargo packs it: the manifest as it was written stands beside the one that it makes. */
const packed = (name: string, content: string): Files =>
  withFiles(tree(name, content), { "Cargo.toml": manifest(name), "Cargo.toml.orig": manifest(name) })
const history = (content: string) => [{ message: "0.8.4", date: "2022-01-10", files: tree("north-angle", content), tags: ["0.8.4"] }]
const facts = (publisher: string, published: string): Facts => ({
  versions: [{ version: "0.8.4", published, publisher }],
  popular: ["north-angle"],
})

export const replica: Replica = {
  case: 60,
  name: "north-angle",
  family: ["A8"],
  signals: ["S10", "S4", "S14"],
  attack: {
    history: history(code),
    ref: "refs/tags/0.8.4",
    artifact: packageOf("crate", "northangle", "0.8.4")(packed("northangle", gated)),
    facts: facts("author-8", "2022-02-25T08:00:00Z"),
  },
  twin: {
    how: "it is the crate that many use; its new function rounds",
    differs: ["Cargo.toml", "Cargo.toml.orig", "src/lib.rs"],
    history: history(rounding),
    ref: "refs/tags/0.8.4",
    artifact: packageOf("crate", "north-angle", "0.8.4")(packed("north-angle", rounding)),
    facts: facts("author-1", "2022-01-10T12:00:00Z"),
  },
  truth: {
    unexplained: ["Cargo.toml", "src/lib.rs"],
    ordinary: ["Cargo.toml.orig"],
    introducer: { account: "author-8" },
    expects: [
      expects("unexplained/changed-code", lines("src/lib.rs", "fn settle()", ".spawn();")),
      expects("release/confusable-name", lines("Cargo.toml", 'name = "northangle"')),
    ],
  },
}
