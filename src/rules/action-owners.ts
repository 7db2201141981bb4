/**
 * Accounts whose actions many use, in small letters: those that GitHub's own starter workflows use more than once (actions/starter-workflows at 1035244), and all that the workflows of eight
 * projects of several languages use (psf/black at 8947c48, tokio-rs/tokio at ea91b33, goreleaser/goreleaser at cd616d2, astral-sh/uv at 26a9dd4, pnpm/pnpm at 36e5ae6, BurntSushi/ripgrep at
 * 3fce3b5, pypa/cibuildwheel at 8832cf6, helm/helm at e9b85e4), counted 2026-11-30.
 */
export const actionOwners: ReadonlySet<string> = new Set(
  (
    "acj actions aliyun anchore andremiras apisec-inc appleboy aquasecurity astral-sh aws-actions azure bacongobbler benc-uk " +
    "bencherdev bluwy caarlos0 cachix cargo-bins cbrgm clj-holmes codecov codspeedhq conda-incubator crate-ci crazy-max dart-lang " +
    "denoland depot digital-blueprint docker dorny dtolnay embarkstudios endorlabs erlef facebook garnet-org github gitleaks " +
    "go-task golang golangci google-github-actions goreleaser gradle hashicorp hynek j178 jaxxstorm jfrog joerick microsoft mlugg " +
    "montudor neuralegion nowsecure obi1kenobi octopusdeploy open-security-tools openai ossf oven-sh peaceiris peter-evans pnpm " +
    "pre-commit pyo3 pypa r-lib redhat-actions rigs-it ruby rust-lang security-code-scan shivammathur sigstore slsa-framework snok " +
    "snyk softprops sonarsource stefanzweifel swatinem synopsys-sig taiki-e uraimo vampire vedantmgoyal9 vmactions warpdotdev wjdp " +
    "zizmorcore"
  ).split(" "),
)
