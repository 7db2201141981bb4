/** How a project makes its release, where that is more than `autogen.sh`, `configure` and `make dist`. */
export interface Project {
  /** As AC_INIT of its configure.ac has it. */
  readonly init: string
  /** The distribution's source package, whose build dependencies are needed. */
  readonly distributed: string
  readonly configure?: string
  /** Commands between `configure` and `dist`. */
  readonly build?: string
  /** `$VERSION` is the release's. */
  readonly dist?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly history?: true
  /** Where the release was packed under another order of letters than the machine's. */
  readonly collation?: string
}

/**
 * Naming a project here can only explain more of it, never excuse anything: what the commands give must still be equal to the release. Each row says what the
 * project's own documentation of its release says.
 */
export const projects: readonly Project[] = [
  // Makefile.am, "mydist"
  { init: "XZ Utils", distributed: "xz-utils", dist: "make mydist", history: true },
  // maketgz, at its top; docs/RELEASE-PROCEDURE.md
  {
    init: "curl",
    distributed: "curl",
    configure: "./configure --without-ssl",
    build: "make -s",
    dist: './maketgz "$VERSION"',
    history: true,
    // `make vc-ide` lists files as the shell's patterns sort them
    collation: "en_US.UTF-8",
  },
  // build/makerelease.sh
  { init: "libarchive", distributed: "libarchive", environment: { MAKE_LIBARCHIVE_RELEASE: "1" } },
  { init: "tmux", distributed: "tmux", build: "make -s" },
]

/** The project that a configure.ac says it is of. */
export function projectOf(configureAc: string): { readonly init: string | undefined; readonly project: Project | undefined } {
  const init = /^[ \t]*AC_INIT\(\s*\[?([^\],)\n]{1,100})/m.exec(configureAc)?.[1]?.trim()
  return { init, project: projects.find((one) => one.init === init) }
}
