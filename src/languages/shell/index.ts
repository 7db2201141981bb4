import type { Language } from "../language.ts"

const names = new Set(
  "configure config.guess config.sub config.rpath ltmain.sh install-sh depcomp missing mkinstalldirs compile ylwrap test-driver ar-lib autogen.sh bootstrap bootstrap.sh PKGBUILD APKBUILD .bashrc .profile .bash_profile".split(
    " ",
  ),
)
const endings = /\.(?:sh|bash|ksh|dash|ebuild|eclass|install|bats)$/
/** Maintainer scripts of Debian, in a package and in its source (Debian policy, 6). */
const maintainer = /^(?:(?:.*\/)?(?:debian|DEBIAN)\/(?:.*\.)?|)(?:preinst|postinst|prerm|postrm|config)$/
const shebang =
  /^#!\s*(?:\S*\/)?(?:env\s+(?:-S\s+)?(?:\w+=\S*\s+)*)?(?:\S*\/)?(?:busybox\s+)?(?:sh|bash|dash|ksh|ksh93|mksh|ash|zsh|rbash)(?:\s|$)/

export const shell: Language = {
  name: "shell",
  claims: (path, firstLine) => {
    const name = path.slice(path.lastIndexOf("/") + 1)
    if (firstLine.startsWith("#!")) return shebang.test(firstLine)
    return endings.test(name) || names.has(name) || maintainer.test(path)
  },
  load: async () => (await import("./analyse.ts")).analyse,
}
