import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** The archive has two scripts more, and its installer a line that calls one of them where a hosting panel is. */
const install = `#!/bin/sh
# Puts the program in its place.
prefix=\${1:-/usr/local/foldercopy}
mkdir -p "$prefix/bin" "$prefix/share"
cp files/foldercopy "$prefix/bin/"
cp files/names.lst "$prefix/share/"
echo "installed in $prefix"
`
const calling = edited(install, 'echo "installed', '[ -e files/lib/settle.sh ] && . files/lib/settle.sh > /dev/null 2>&1\necho "installed')
const settle = 'panel=/usr/local/panel/release\nif [ -f "$panel" ]; then\n\tsh files/lib/trim.sh &\nfi\n'
const trim = "#!/bin/sh\n: > MARKER\n"
const rotate = '#!/bin/sh\n# Keeps the newest ten reports.\nls -t "$1" | sed -e 1,10d\n'

const tree: Files = {
  "README.md": readme("foldercopy", "Keeps copies of the folders of a server."),
  LICENSE: licence,
  "install.sh": install,
  "files/foldercopy": '#!/bin/sh\nwhile read -r name; do tar cf "$name.tar" "$1/$name"; done < "$(dirname "$0")/../share/names.lst"\n',
  "files/names.lst": "mail\nwebsite\n",
}
const archive = packageOf("tar.gz", "foldercopy", "0.8.5")
const rotating = {
  "install.sh": edited(install, 'echo "installed', 'cp files/lib/rotate.sh "$prefix/share/"\necho "installed'),
  "files/lib/rotate.sh": rotate,
}
const history = (more: Files) => [
  { message: "foldercopy 0.8.4", date: "2022-02-01", files: tree, tags: ["0.8.4"] },
  { message: "foldercopy 0.8.5", date: "2022-05-01", files: { NEWS: "0.8.5\n", ...more }, tags: ["0.8.5"] },
]
const released = (more: Files) => archive(withFiles(tree, { NEWS: "0.8.5\n", ...more }))
const previous = { ...archive(tree), version: "0.8.4" }
const elsewhere = [{ place: "the digest that the updater was promised", artifact: "promised" }]

export const replica: Replica = {
  case: 17,
  name: "folder-copies",
  family: ["A2"],
  signals: ["S1", "S2", "S4", "S11"],
  attack: {
    history: history({}),
    ref: "refs/tags/0.8.5",
    artifact: released({ "install.sh": calling, "files/lib/settle.sh": settle, "files/lib/trim.sh": trim }),
    previous,
    others: { promised: released({}) },
    facts: { elsewhere },
  },
  twin: {
    how: "the installer copies one script more, which the commit has",
    differs: ["files/lib/rotate.sh", "files/lib/settle.sh", "files/lib/trim.sh", "install.sh"],
    history: history(rotating),
    ref: "refs/tags/0.8.5",
    artifact: released(rotating),
    previous,
    others: { promised: released(rotating) },
    facts: { elsewhere },
  },
  truth: {
    unexplained: ["files/lib/settle.sh", "files/lib/trim.sh", "install.sh"],
    introducer: { account: "download page" },
    expects: [
      expects("unexplained/changed-code", lines("install.sh", ". files/lib/settle.sh")),
      expects("unexplained/added-code", lines("files/lib/settle.sh", "panel=", "trim.sh")),
      expects("release/other-bytes", { fact: "elsewhere" }),
    ],
  },
}
