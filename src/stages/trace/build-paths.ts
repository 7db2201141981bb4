/** What configures, builds, tests in public, packages and installs, by the names that the tools themselves look for. */
const buildNames: readonly RegExp[] = [
  // autotools and make
  /^(?:configure(?:\.ac|\.in)?|acinclude\.m4|aclocal\.m4|autogen\.sh|bootstrap(?:\.sh)?|buildconf|config\.(?:guess|sub|rpath)|install-sh|ltmain\.sh|depcomp|missing)$/,
  /\.(?:m4|am|ac|mk|mak)$/,
  /^(?:GNU|BSD)?[Mm]akefile(?:\.[\w.]+)?$/,
  /^Makevars(?:\..*)?$/,
  /^libtool(?:ize)?$/,
  // cmake, meson, ninja, bazel, scons, waf, xmake, premake
  /^(?:CMakeLists\.txt|CMakePresets\.json|meson\.build|meson_options\.txt|meson\.options|build\.ninja|BUILD(?:\.bazel)?|WORKSPACE(?:\.bazel)?|MODULE\.bazel|SCons(?:truct|cript)|wscript|xmake\.lua|premake5\.lua)$/,
  /\.(?:cmake|cmake\.in|bzl|gn|gni|gyp|gypi|nix)$/,
  // languages
  /^(?:setup\.(?:py|cfg)|pyproject\.toml|MANIFEST\.in|tox\.ini|noxfile\.py|conftest\.py|requirements[^/]*\.txt)$/,
  /^(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|binding\.gyp|(?:rollup|webpack|vite|esbuild|babel)\.config\.[cm]?[jt]s|Grunt[Ff]ile\.[cm]?js|[Gg]ulpfile\.[cm]?js)$/,
  /^(?:build\.rs|Cargo\.(?:toml|lock)|go\.(?:mod|sum)|build\.zig(?:\.zon)?|pom\.xml|build\.xml|build\.sbt|Rakefile|Gemfile(?:\.lock)?|extconf\.rb|Makefile\.PL|Build\.PL|composer\.json|mix\.exs|dune(?:-project)?)$/,
  /\.(?:gradle|gradle\.kts|gemspec|cabal|opam|csproj|vcxproj|props|targets)$/,
  // packaging, images
  /\.(?:spec|spec\.in|ebuild|pc\.in)$/,
  /^(?:PKGBUILD|APKBUILD|Dockerfile(?:\..*)?|Containerfile|Vagrantfile|flake\.lock|Justfile|justfile)$/,
]

const buildFolders =
  /(?:^|\/)(?:debian\/(?:rules|control|[^/]*\.(?:install|postinst|preinst|prerm|postrm|maintscript))$|\.github\/(?:workflows|actions)\/|\.circleci\/|\.gitlab\/ci\/|m4\/|cmake\/|build-aux\/)/
const buildServices = /^\.(?:gitlab-ci|travis|cirrus|appveyor|drone|woodpecker)\.ya?ml$|^(?:appveyor|azure-pipelines)\.ya?ml$|^Jenkinsfile$/

export function isBuildPath(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1)
  return buildNames.some((pattern) => pattern.test(name)) || buildFolders.test(path) || buildServices.test(name)
}

/** A folder or a name with the word in it. */
export const isTestPath = (path: string): boolean => /(?:^|[/_.-])(?:tests?|testing|testsuite|spec|specs|check)(?:[/_.-]|$)/i.test(path)
