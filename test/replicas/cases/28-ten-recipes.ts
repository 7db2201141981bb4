import { edited, expects, lines, packageOf, withFiles } from "../kit.ts"
import type { Change, Facts, Files, Replica } from "../replica.ts"

/** Ten recipes that slept go to one account within an hour; each gets an interpreter that has nothing to do with it, and a call of it in pieces. */
const recipe = (release: number, needs: string): string => `# Maintainer: nobody
pkgname=mossfont
pkgver=1.2
pkgrel=${release}
pkgdesc="A font with leaves on it"
arch=('any')
url="https://mossfont.example"
license=('OFL')
depends=(${needs})
install=mossfont.install
source=("https://mossfont.example/mossfont-$pkgver.tar.gz")
sha256sums=('a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9f')

package() {
  install -Dm644 "$srcdir/moss.otf" "$pkgdir/usr/share/fonts/moss.otf"
}
`
const script = "post_install() {\n  fc-cache -s\n}\n"
const calling = edited(
  script,
  "fc-cache -s\n",
  `fc-cache -s
  _a="no"; _b="de"; _c="wri"; _d="teFi"; _e="leSync"
  "$_a$_b" -e "require('fs').$_c$_d$_e('MAR' + 'KER', '')"
`,
)
const scaling = edited(script, "fc-cache -s\n", "fc-cache -s\n  mkfontscale usr/share/fonts\n  mkfontdir usr/share/fonts\n")
const tree: Files = {
  PKGBUILD: recipe(1, "'fontconfig'"),
  "mossfont.install": script,
  ".SRCINFO": "pkgbase = mossfont\n\tpkgver = 1.2\n\tinstall = mossfont.install\npkgname = mossfont\n",
}
const folder = packageOf("folder", "mossfont", "1.2-2")
const changed = (content: string, needs: string): Files => ({ PKGBUILD: recipe(2, needs), "mossfont.install": content })
const history = (more: Files, date: string): readonly Change[] => [
  { message: "1.2-1", date, files: tree, tags: ["1.2-1"] },
  { message: "1.2-2", date: "2026-02-12T10:41:00Z", author: 2, files: more, tags: ["1.2-2"] },
]
const bad = changed(calling, "'fontconfig' 'nodejs'")
const good = changed(scaling, "'fontconfig' 'xorg-mkfontscale'")
const previous = { ...folder(tree), version: "1.2-1" }
const names = [
  "fernfont",
  "lichenfont",
  "mossfont",
  "oakterm",
  "pebble-clock",
  "reedplay",
  "sedge-theme",
  "thistle-dock",
  "willow-icons",
  "yarrow-mpd",
]
const adoptedAt = (minutes: number): Facts => ({
  owners: [
    { since: "2019-03-01T12:00:00Z", accounts: ["author-1"] },
    { since: "2022-01-01T12:00:00Z", accounts: [] },
    { since: "2026-02-12T10:10:00Z", accounts: ["author-2"] },
  ],
  adopted: names.map((name, index) => ({
    name,
    at: new Date(Date.parse("2026-02-12T10:00:00Z") + index * minutes * 60_000).toISOString(),
    by: "author-2",
    lastChange: `20${18 + (index % 5)}-03-01T12:00:00Z`,
  })),
  versions: [
    { version: "1.2-1", published: "2019-03-01T12:00:00Z", publisher: "author-1" },
    { version: "1.2-2", published: "2026-02-12T10:41:00Z", publisher: "author-2" },
  ],
})
/** An adoption of one, by somebody who had it before. */
const regular: Facts = {
  owners: [{ since: "2019-03-01T12:00:00Z", accounts: ["author-1", "author-2"] }],
  adopted: [],
  versions: [
    { version: "1.2-1", published: "2025-03-01T12:00:00Z", publisher: "author-1" },
    { version: "1.2-2", published: "2026-02-12T10:41:00Z", publisher: "author-2" },
  ],
}

export const replica: Replica = {
  case: 28,
  name: "ten-recipes",
  family: ["A6", "A12"],
  signals: ["S7", "S8", "S9", "S2", "S14"],
  attack: {
    history: history(bad, "2019-03-01"),
    ref: "refs/tags/1.2-2",
    artifact: folder(withFiles(tree, bad)),
    previous,
    facts: adoptedAt(5),
  },
  twin: {
    how: "the font's own index is made at installation, by one who was an owner before",
    differs: ["PKGBUILD", "mossfont.install"],
    history: history(good, "2025-03-01"),
    ref: "refs/tags/1.2-2",
    artifact: folder(withFiles(tree, good)),
    previous,
    facts: regular,
  },
  truth: {
    unexplained: [],
    introducer: { commit: 1 },
    expects: [
      expects("flow/literal-runs", lines("mossfont.install", '_a="no"', '"$_a$_b" -e')),
      expects("capability/added", lines("mossfont.install", '"$_a$_b" -e')),
      expects("release/dormant", { fact: "versions" }),
    ],
  },
}
