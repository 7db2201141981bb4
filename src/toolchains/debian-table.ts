/*
 * What we know of Debian that its index does not say. A change of meaning raises `tableVersion`: a toolchain's digest is over it.
 */
export const tableVersion = 2

/** Beside the essential packages. Several may be needed for one generator; what a suite does not have is listed as missing. */
export const generatorPackages = [
  // The shell's tools, as configure scripts and makefiles expect them.
  ...["bash", "coreutils", "diffutils", "findutils", "gawk", "grep", "sed", "tar", "file", "patch", "debianutils", "util-linux", "procps"],
  ...["gzip", "bzip2", "xz-utils", "zip", "usr-is-merged | usrmerge"],
  // A package is built with these though it does not say so (build-essential).
  ...["make", "gcc", "g++", "libc6-dev", "perl", "m4", "pkgconf | pkg-config"],
  ...["autoconf", "autoconf2.69", "automake", "autopoint", "autoconf-archive", "libtool", "libtool-bin", "gettext"],
  ...["bison", "byacc", "flex", "groff", "ghostscript", "bsdextrautils", "man-db", "mandoc", "po4a", "help2man", "texinfo"],
  ...["python3", "git"],
  ...["faketime", "libfaketime", "locales"],
] as const

/** Further tools by the name of a set, for releases that are made without a distribution's source package to say what they need: `trixie:python`. */
export const toolSets: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "python",
    [
      ...["python3-build", "python3-setuptools", "python3-wheel", "python3-setuptools-scm", "python3-hatchling", "python3-hatch-vcs"],
      ...["flit", "python3-poetry-core", "python3-pdm-backend | python3-pdm-pep517", "cython3", "python3-pbr", "python3-versioneer"],
      ...["python3-hatch-fancy-pypi-readme", "python3-hatch-requirements-txt", "python3-trove-classifiers", "python3-cffi"],
      ...["python3-packaging", "python3-tomli", "python3-flit-scm"],
    ],
  ],
  ["rust", ["cargo", "rustc"]],
  ["meson", ["meson", "ninja-build"]],
  ["cmake", ["cmake"]],
])

/** Debian's own tools, which build a .deb around what upstream's build makes: left out of Build-Depends, with all that only they need. */
export const distributionTools: RegExp =
  /^(?:debhelper(?:-compat)?|dh-.*|dpkg-dev|dpkg-build-api|cdbs|po-debconf|build-essential(?:-mipsel)?)$/

/** Tools that Debian patches and whose files end up in releases: upstream's own tarballs, by the binary package that says which version. */
export const originals = ["libtool", "autoconf", "automake", "gettext"] as const

interface Alternative {
  readonly link: string
  /** The first that is there; `*` stands for a version, the highest of which counts. */
  readonly to: readonly string[]
}

/** What update-alternatives would have linked. Only where the name is free and the other is there. */
export const alternatives: readonly Alternative[] = [
  ...["awk", "nawk"].map((name) => ({ link: `usr/bin/${name}`, to: ["gawk", "mawk"] })),
  ...["cc", "c89", "c99"].map((name) => ({ link: `usr/bin/${name}`, to: [`${name}-gcc`, "gcc"] })),
  { link: "usr/bin/c++", to: ["g++"] },
  { link: "usr/bin/cpp", to: ["x86_64-linux-gnu-cpp"] },
  { link: "usr/bin/sh", to: ["dash", "bash"] },
  { link: "usr/bin/yacc", to: ["bison.yacc", "byacc"] },
  { link: "usr/bin/lex", to: ["flex"] },
  ...["automake", "aclocal"].map((name) => ({ link: `usr/bin/${name}`, to: [`${name}-*`] })),
  { link: "usr/bin/which", to: ["which.debianutils", "which.gnu"] },
  { link: "usr/bin/pager", to: ["cat"] },
  { link: "usr/bin/faketime", to: ["faketime.libfaketime"] },
  ...["lzma", "unlzma", "lzcat"].map((name) => ({
    link: `usr/bin/${name}`,
    to: [name === "lzcat" ? "xzcat" : name.replace("lzma", "xz")],
  })),
  { link: "usr/bin/fakeroot", to: ["fakeroot-sysv", "fakeroot-tcp"] },
  { link: "usr/bin/tclsh", to: ["tclsh8.6", "tclsh*"] },
  { link: "usr/bin/lua", to: ["lua5.4", "lua*"] },
  { link: "usr/bin/php", to: ["php*"] },
  { link: "usr/bin/gtkdocize", to: ["/usr/share/gtk-doc/bin/gtkdocize"] },
  ...["sphinx-build", "sphinx-quickstart", "sphinx-apidoc", "sphinx-autogen"].map((name) => ({
    link: `usr/bin/${name}`,
    to: [`/usr/share/sphinx/scripts/python3/${name}`],
  })),
]

/** Files that maintainer scripts would have written, as far as a build looks at them. */
export const files: ReadonlyMap<string, string> = new Map([
  [
    "etc/passwd",
    "root:x:0:0:root:/root:/bin/sh\nbuild:x:1000:1000:build:/home/build:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
  ],
  ["etc/group", "root:x:0:\nbuild:x:1000:\nnogroup:x:65534:\n"],
  ["etc/hosts", "127.0.0.1 localhost\n"],
  ["etc/hostname", "build\n"],
  ["etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"],
])

/** Folders that a sandbox mounts something on, by mode. */
export const folders: ReadonlyMap<string, number> = new Map([
  ["proc", 0o755],
  ["sys", 0o755],
  ["dev", 0o755],
  ["build", 0o755],
  ["home/build", 0o755],
  ["root", 0o755],
  ["run", 0o755],
  ["var/tmp", 0o777],
  ["tmp", 0o777],
])

/** The root of a merged /usr (Debian since bookworm), before the first package brings files under one of these names. */
export const mergedFolders = ["bin", "sbin", "lib"] as const
/** Where the architecture's dynamic loader stands. */
export const loaderFolder: ReadonlyMap<string, string> = new Map([
  ["amd64", "lib64"],
  ["loong64", "lib64"],
  ["ppc64el", "lib64"],
])

/** What maintainer scripts make beyond this and is not made: named in each toolchain that has the package. */
export const notMade: ReadonlyMap<string, string> = new Map([
  ["texlive-base", "the formats of TeX (fmtutil) are not made: no TeX document can be typeset"],
  ["docbook", "the catalogs of SGML are not made"],
  ["openjdk-17-jre-headless", "the key store of Java is not made"],
])
