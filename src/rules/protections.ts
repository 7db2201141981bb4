/** What a program or its build does to protect, and what is weaker in its place. A row matches code without comments. */

/** Each call or setting counts by itself: where fewer are left than were, something is no longer protected. */
export interface Protection {
  readonly of: "sandbox" | "hardening" | "sanitizer" | "verification" | "escape" | "strictness"
  readonly what: RegExp
}

export const protections: readonly Protection[] = [
  // Linux: seccomp(2), landlock(7), prctl(2), capabilities(7), setuid(2), chroot(2). BSD: pledge(2), unveil(2), cap_enter(2). Darwin: sandbox_init(3).
  {
    of: "sandbox",
    what: /\b(?:seccomp(?:_\w+)?|SECCOMP_\w+|landlock_\w+|LANDLOCK_\w+|PR_SET_NO_NEW_PRIVS|PR_SET_SECCOMP|pledge|unveil|cap_enter|cap_rights_limit|cap_set_proc|sandbox_init)\b/g,
  },
  {
    of: "sandbox",
    what: /\b(?:setgroups|initgroups|setresuid|setresgid|setreuid|setregid|setuid|setgid|chroot|permanently_set_uid)(?=\s*\()/g,
  },
  // GCC, "Program Instrumentation Options"; GNU ld, `-z keyword`; glibc, feature_test_macros(7).
  {
    of: "hardening",
    what: /-fstack-protector(?:-strong|-all)?\b|-fstack-clash-protection\b|-fcf-protection(?:=\w+)?|-D_FORTIFY_SOURCE=[1-9]|-Wl,-z,(?:relro|now|noexecstack)\b|-fPIE\b|-pie\b|-ftrivial-auto-var-init=\w+|-mbranch-protection=\w+/g,
  },
  { of: "sanitizer", what: /-fsanitize=[\w,-]+|-Werror\b|-Wformat-security\b/g },
  // OpenPGP, minisign, sigstore and OpenSSL as their manuals name them.
  {
    of: "verification",
    what: /\bgpgv?2?\b[^\n|;&]*--verify\b|\bgpgv\b|\bcosign\s+verify\b|\bminisign\s+-V|\b(?:EVP_DigestVerify\w*|EVP_VerifyFinal|RSA_verify|ECDSA_verify|X509_verify_cert|SSL_get_verify_result|X509_check_host|gpgme_op_verify|crypto_sign_verify\w*|crypto_sign_open)(?=\s*\()|\bsha(?:256|512)sum\s+(?:-c|--check)\b/g,
  },
  // OWASP, "Injection Prevention": what makes a text harmless to a shell, a page or a database.
  {
    of: "escape",
    what: /\b(?:shlex\.quote|shell_?quote|shellescape|escapeshellarg|html\.escape|escapeHtml|escape_html|htmlspecialchars|encodeURIComponent|(?:mysql|PQ|sqlite3?)_?(?:real_)?escape\w*)(?=\s*\()/g,
  },
  // POSIX, `set`: errexit, nounset; bash: pipefail. Perl: perlsec, -T.
  {
    of: "strictness",
    what: /^\s*set\s+-[a-z]*[eu][a-z]*(?:\s+-?o\s+\w+)?\s*$|^\s*set\s+-o\s+(?:errexit|pipefail|nounset)\b|^\s*use strict\b/gm,
  },
]

/** A weaker sibling in place of a stronger: where one goes and the other comes in the same place. */
export interface Weakening {
  readonly what: string
  readonly strong: RegExp
  readonly weak: RegExp
  /** Nobody has to write the stronger one, which is the default: the weaker one tells by itself. */
  readonly isTold?: true
}

export const weakenings: readonly Weakening[] = [
  // CERT C, STR31-C, STR07-C: copies without the size of where they go.
  {
    what: "a copy without a bound",
    strong: /\b(?:strlcpy|strncpy|strcpy_s|strscpy|stpncpy)(?=\s*\()/g,
    weak: /\b(?:strcpy|stpcpy)(?=\s*\()/g,
  },
  { what: "a concatenation without a bound", strong: /\b(?:strlcat|strncat|strcat_s)(?=\s*\()/g, weak: /\bstrcat(?=\s*\()/g },
  { what: "formatted output without a bound", strong: /\bv?snprintf(?=\s*\()/g, weak: /\bv?sprintf(?=\s*\()/g },
  { what: "input without a bound", strong: /\bfgets(?=\s*\()/g, weak: /\bgets(?=\s*\()/g },
  // A printer whose name says that it is safe escapes what a terminal would obey (CWE-150).
  { what: "output that is not escaped", strong: /\bsafe_\w*printf(?=\s*\()/g, weak: /\b[fv]*printf(?=\s*\()/g },
  // Timing attacks: The Python Standard Library, hmac.compare_digest; Node.js, crypto.timingSafeEqual; NetBSD, consttime_memequal(3).
  {
    what: "secrets compared in a time that tells of them",
    strong:
      /\b(?:compare_digest|timingSafeEqual|CRYPTO_memcmp|timingsafe_bcmp|timingsafe_memcmp|consttime_memequal|hash_equals|ConstantTimeCompare)\b/g,
    weak: /\bmemcmp(?=\s*\()|\bstrcmp(?=\s*\()|[^=!]==[^=]|===/g,
  },
  {
    what: "keys of chance from a generator that can be foretold",
    strong: /\b(?:arc4random(?:_\w+)?|getrandom|getentropy|RAND_bytes|secrets\.\w+|randomBytes|os\.urandom)\b/g,
    weak: /\b(?:rand|random|srand|drand48)(?=\s*\()|\bMath\.random\b|\brandom\.(?:random|randint|choice)\b/g,
  },
  // Certificates: requests (`verify`), ssl, Node.js tls, libcurl, OpenSSL, Go crypto/tls, git, wget and curl.
  {
    what: "a certificate that is not verified",
    isTold: true,
    strong: /\bverify\s*=\s*True\b|\bcheck_hostname\s*=\s*True\b|\bCERT_REQUIRED\b/g,
    weak: /\bverify\s*=\s*False\b|\bcheck_hostname\s*=\s*False\b|\bCERT_NONE\b|\b_create_unverified_context\b/g,
  },
  {
    what: "a certificate that is not verified",
    isTold: true,
    strong: /\brejectUnauthorized\s*:\s*true\b/g,
    weak: /\brejectUnauthorized\s*:\s*false\b|\bNODE_TLS_REJECT_UNAUTHORIZED\b\W+0/g,
  },
  {
    what: "a certificate that is not verified",
    isTold: true,
    strong: /\bSSL_VERIFY_PEER\b|\bCURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*[12]/g,
    weak: /\bSSL_VERIFY_NONE\b|\bCURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*0/g,
  },
  {
    what: "a certificate that is not verified",
    isTold: true,
    strong: /\bInsecureSkipVerify\s*:\s*false\b/g,
    weak: /\bInsecureSkipVerify\s*:\s*true\b|\bhttp\.sslVerify\W+false\b|\bGIT_SSL_NO_VERIFY\b|--no-check-certificate\b/g,
  },
  { what: "a warning that is switched off", strong: /-Werror(?:=[\w-]+)?(?=\s|$)/gm, weak: /-Wno-error\b|-Wno-format-security\b/g },
  { what: "the stack is no longer protected", strong: /-fstack-protector\S*/g, weak: /-fno-stack-protector\b/g },
  { what: "sizes are no longer checked", strong: /-D_FORTIFY_SOURCE=[1-9]/g, weak: /-U_FORTIFY_SOURCE\b(?!\s+-D)|-D_FORTIFY_SOURCE=0/g },
]
