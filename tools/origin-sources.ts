/**
 * What the shipped index of known origins is made from. Only build files: what other projects take over from these, and what git therefore lacks.
 * Libraries (lib/*.c, intl/), tests, examples and each project's own generated files stay out.
 */
export interface OriginSource {
  readonly name: string
  /** `owner/name` of mirrors below EVERYBYTE_REPOSITORIES. */
  readonly repository: string
  /** Which branches and tags are read, where the mirror has others' too; left out, all. Pull requests never are. */
  readonly refs?: RegExp
  /** Which tags name releases; left out, all that state a version. */
  readonly tags?: RegExp
  /** Release archives, as `everybyte explain` would name them. */
  readonly releases: readonly string[]
  /** Packages whose releases this origin never explains: its own. */
  readonly projects: readonly string[]
  readonly wants: (path: string) => boolean
  readonly archive?: { readonly path: RegExp; readonly folder: RegExp }
  /** What is known to be missing. */
  readonly gaps?: readonly string[]
}

/** Scripts and texts that stand in the root, in `lib/`, `build-aux/` or `config/`, as the years went. */
const scripts =
  /(?:^|\/)(?:config\.(?:guess|sub|rpath|libpath)|config-ml\.in|ltmain\.(?:sh|in|m4sh)|ltconfig(?:\.in)?|ltcf-[a-z]+\.sh|install-sh|install\.sh|install-reloc|missing|depcomp|compile|ar-lib|test-driver|tap-driver(?:\.sh|\.pl)?|mdate-sh|py-compile|ylwrap|interlock|elisp-comp|texinfo\.tex|mkinstalldirs|move-if-change|acinstall|symlink-tree|ansi2knr\.[1c]|gnupload|gendocs\.sh|gendocs_template(?:_min)?|gitlog-to-changelog|git-version-gen|update-copyright|announce-gen|useless-if-before-free|vc-list-files|bootstrap(?:\.in|\.conf|-funclib\.sh)?|autogen\.sh|autopull\.sh|gitsub\.sh)$/
const texts = /(?:^|\/)(?:ABOUT-NLS|INSTALL(?:\.(?:ISO|UTF-8|generic))?|COPYING[^/]*|(?:agpl|fdl|gpl|lgpl)(?:-[\d.]+)?\.(?:txt|texi))$/
const poFiles =
  /(?:^|\/)po\/(?:Makefile\.in\.in|Rules-[a-z]+|[a-z-]+\.(?:sin|sed)|[a-z@]+\.header|Makevars(?:\.template)?|remove-potcdate\.[a-z]+|fetch-po(?:\.in)?)$/
/** Generated from the others, for the project's own build. */
const generated = /(?:^|\/)(?:(?:aclocal|acinclude|gnulib-comp|gnulib-cache)\.m4|Makefile(?:\.am|\.in)?|ChangeLog|\.gitignore|\.cvsignore)$/
const aside = /(?:^|\/)(?:tests?|testsuite|examples?|demo|[a-z0-9]*demo|mail|old|exe|t|contrib|modules)\//

const wanting =
  (...more: readonly RegExp[]) =>
  (path: string): boolean =>
    !aside.test(path) && !generated.test(path) && [scripts, texts, ...more].some((one) => one.test(path))

export const originSources: readonly OriginSource[] = [
  {
    name: "gnulib",
    repository: "coreutils/gnulib",
    tags: /^v\d/,
    releases: ["deb-src:gnulib@20230209+stable", "deb-src:gnulib@20250303", "deb-src:gnulib@20260704"],
    projects: ["gnulib"],
    wants: wanting(
      /^m4\/[^/]+\.m4$/,
      /^build-aux\/(?!vcstocl)(?:[\w-]+\/)?[^/.][^/]*$/,
      /^config\/[^/.][^/]*$/,
      /^(?:top\/)?(?:maint\.mk|GNUmakefile)$/,
      poFiles,
    ),
  },
  {
    name: "autoconf",
    repository: "autotools-mirror/autoconf",
    releases: [
      "deb-src:autoconf2.13@2.13",
      "deb-src:autoconf2.64@2.64+dfsg",
      "deb-src:autoconf2.69@2.69",
      "deb-src:autoconf@2.71",
      "deb-src:autoconf@2.72",
      "deb-src:autoconf@2.73",
    ],
    projects: ["autoconf", "autoconf2.13", "autoconf2.64", "autoconf2.69"],
    wants: wanting(/^(?:config|build-aux|m4)\/[^/.][^/]*$/),
  },
  {
    name: "automake",
    repository: "autotools-mirror/automake",
    releases: ["deb-src:automake1.11@1.11.6", "deb-src:automake-1.16@1.16.5", "deb-src:automake-1.17@1.17", "deb-src:automake@1.19"],
    projects: ["automake", "automake1.11", "automake-1.15", "automake-1.16", "automake-1.17", "automake-1.18"],
    wants: wanting(/^m4\/[^/]+\.(?:m4|in)$/, /^aclocal\/[^/]+\.m4$/),
  },
  {
    name: "libtool",
    repository: "autotools-mirror/libtool",
    releases: ["deb-src:libtool@2.4.7", "deb-src:libtool@2.5.4", "deb-src:libtool@2.6.2"],
    projects: ["libtool"],
    wants: wanting(
      /^(?:libltdl\/)?m4\/[^/]+\.(?:m4|in)$/,
      /^[^/]+\.m4(?:\.in)?$/,
      /^(?:libltdl\/config|gl\/build-aux|build-aux|config)\/[^/.][^/]*$/,
    ),
  },
  {
    name: "gettext",
    repository: "autotools-mirror/gettext",
    releases: ["deb-src:gettext@0.21", "deb-src:gettext@0.23.1", "deb-src:gettext@1.0"],
    projects: ["gettext"],
    wants: wanting(/(?:^|\/)(?:gnulib-)?m4\/[^/]+\.m4$/, /^build-aux\/[^/.][^/]*$/, poFiles),
    archive: { path: /(?:^|\/)archive\.dir\.tar(?:\.[a-z0-9]+)?$/, folder: /^gettext-(\d[\w.]*)\// },
  },
  {
    name: "autoconf-archive",
    repository: "autoconf-archive/autoconf-archive",
    releases: ["deb-src:autoconf-archive@20220903", "deb-src:autoconf-archive@20241016"],
    projects: ["autoconf-archive"],
    wants: wanting(/^(?:m4\/|src\/)?[^/]+\.m4$/),
  },
  {
    name: "pkgconf",
    repository: "pkgconf/pkgconf",
    releases: ["deb-src:pkgconf@1.8.1", "deb-src:pkgconf@2.5.1"],
    projects: ["pkgconf"],
    wants: wanting(/^(?:m4\/)?[^/]+\.m4$/),
  },
  {
    name: "pkg-config",
    repository: "Distrotech/pkg-config",
    // A distribution's mirror: its own branches and tags are not upstream's word.
    refs: /^refs\/tags\/pkg-config-/,
    tags: /^pkg-config-/,
    releases: [],
    projects: ["pkg-config"],
    wants: wanting(/^[^/]+\.m4(?:\.in)?$/),
    gaps: ["read from a mirror that ends in 2016 (0.29.1): no archive of 0.29.2 or an earlier release was to be had"],
  },
]
