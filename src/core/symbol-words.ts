/**
 * What a source has to say so that its object needs a symbol of another: mostly the symbol's own name. What compilers, the C library's headers and the start code put in place of
 * other words is listed here, by the documents that define it (gcc's "Other Builtins", Itanium C++ ABI, glibc's headers).
 */

/** Nobody writes them: start code, unwinding, guards of the stack, transactional memory, static guards of C++. */
const toolchain =
  /^(?:_ITM_\w+|__gmon_start__|__libc_start_main|__libc_csu_\w+|__cxa_\w+|__gxx_personality_\w+|__gcc_personality_v0|_Unwind_\w+|__(?:de)?register_frame(?:_info)?\w*|__stack_chk_\w+|__chk_fail|__dso_handle|__once_proxy|__getauxval|_GLOBAL_OFFSET_TABLE_|_DYNAMIC|__TMC_END__|__bss_start|_edata|_end|__(?:u?div|u?mod|mul|fix|float|extend|trunc|cmp|neg|pop|clz|ctz|bswap|ash|lsh|add|sub)\w*(?:[sdxth][fi]\d?)+)$/

/** By which the runtimes of compilers, often linked into a binary, lock and keep what each thread has of its own (gcc's gthr-posix.h). */
const ofThreads =
  /^pthread_(?:once|key_(?:create|delete)|[gs]etspecific|mutex_(?:init|destroy|lock|trylock|unlock)|cond_(?:init|destroy|wait|timedwait|signal|broadcast)|self|equal)$/

/** That compilers call for constructs of the language, or in place of a costlier function. */
const madeByCompilers = new Set(
  "memcpy memmove memset memcmp bcmp mempcpy strlen strcpy stpcpy strchr strrchr strcmp strncmp strcat puts putchar fputc fputs fwrite putc abort free sincos sincosf sqrt sqrtf pow exp2 ldexp fmod rawmemchr __rawmemchr".split(
    " ",
  ),
)

/** Symbols that stand for other words of a source. */
const standsFor: ReadonlyMap<string, readonly string[]> = new Map([
  ["__tls_get_addr", ["__thread", "_Thread_local", "thread_local"]],
  ["__errno_location", ["errno"]],
  ["__h_errno_location", ["h_errno"]],
  [
    "__ctype_b_loc",
    ["isalpha", "isalnum", "isdigit", "isspace", "isprint", "ispunct", "isupper", "islower", "isxdigit", "isgraph", "iscntrl", "isblank"],
  ],
  ["__ctype_tolower_loc", ["tolower"]],
  ["__ctype_toupper_loc", ["toupper"]],
  ["__ctype_get_mb_cur_max", ["MB_CUR_MAX"]],
  ["__fdelt_chk", ["FD_SET", "FD_ISSET", "FD_CLR"]],
  ["__sched_cpucount", ["CPU_COUNT", "CPU_COUNT_S"]],
  ["__sched_cpualloc", ["CPU_ALLOC"]],
  ["__sched_cpufree", ["CPU_FREE"]],
  ["__cmsg_nxthdr", ["CMSG_NXTHDR"]],
  ["__assert_fail", ["assert"]],
  ["__assert_perror_fail", ["assert_perror"]],
  ["__sigsetjmp", ["sigsetjmp", "setjmp"]],
  ["_setjmp", ["setjmp"]],
  ["__xpg_basename", ["basename"]],
  ["__xpg_strerror_r", ["strerror_r"]],
  ["__libc_current_sigrtmin", ["SIGRTMIN"]],
  ["__libc_current_sigrtmax", ["SIGRTMAX"]],
  ["__overflow", ["putc", "putchar", "fputc", "putc_unlocked"]],
  ["__uflow", ["getc", "getchar", "fgetc", "getc_unlocked"]],
  ["gnu_dev_major", ["major"]],
  ["gnu_dev_minor", ["minor"]],
  ["gnu_dev_makedev", ["makedev"]],
  ["__xmknod", ["mknod"]],
  ["__fxstatat", ["fstatat"]],
  ["dcgettext", ["gettext", "dgettext"]],
  ["dcngettext", ["ngettext", "dngettext"]],
  ["libintl_gettext", ["gettext"]],
  ["strtol", ["strtol", "atoi", "atol"]],
  ["strtoll", ["strtoll", "atoll", "strtoimax"]],
  ["strtoull", ["strtoull", "strtoumax"]],
  ["strtod", ["strtod", "atof"]],
  ["__isinf", ["isinf"]],
  ["__isnan", ["isnan"]],
  ["__finite", ["isfinite"]],
  ["__signbit", ["signbit"]],
  ["__fpclassify", ["fpclassify", "isnan", "isinf", "isnormal"]],
])

/** Of which one must stand in the source; none: every source may need it. */
export function wordsBehind(symbol: string): readonly string[] {
  if (toolchain.test(symbol) || ofThreads.test(symbol) || madeByCompilers.has(symbol)) return []
  const known = standsFor.get(symbol)
  if (known !== undefined) return known
  if (symbol.startsWith("_Z")) return mangledWords(symbol)
  // Of a name that is all prefix nothing is left, and no word at all is in every source.
  return [...new Set([symbol, ...plainer(symbol)])].filter((word) => word !== "")
}

/** What headers make other names of: checked by fortification, of another standard, of 64-bit offsets, of old interfaces of `stat`. */
function plainer(symbol: string): readonly string[] {
  const bare = symbol
    .replace(/^__isoc\d\d_/, "")
    .replace(/^__(\w+)_chk$/, "$1")
    .replace(/^__(\w+?)(?:64)?_2$/, "$1")
    .replace(/^__([fl]?)xstat(64)?$/, "$1stat")
    .replace(/^_IO_/, "")
  const short = bare.replace(/^__/, "")
  const narrow = (name: string): string => name.replace(/64(?=_r$|v2$|$)/, "")
  // `vfprintf` is what an inlined `fprintf` needs, and the other way about.
  const printed = short.replace(/^v(?=\w*(?:printf|scanf)$)/, "")
  return [bare, short, narrow(bare), narrow(short), printed]
}

/** Names of a mangled symbol of C++, the last first; none where all of it is of the standard library, whose headers put it into any object. */
function mangledWords(symbol: string): readonly string[] {
  if (/^_Z(?:T[VISWC]|GV|N?K?)*(?:NK?)?S[tabsiod]|^_Z(?:n[wa]|d[la])|^_ZN10__cxxabiv1|^_ZTI?N10__cxxabiv1|^_ZNK?9__gnu_cxx/.test(symbol))
    return []
  const words: string[] = []
  for (let at = 2; at < symbol.length && words.length < mangledWordsMax; ) {
    const size = /^\d{1,4}/.exec(symbol.slice(at, at + 4))?.[0]
    if (size === undefined) {
      at += 1
      continue
    }
    const start = at + size.length
    const word = symbol.slice(start, start + Number(size))
    if (/^[A-Za-z_]\w*$/.test(word)) words.push(word)
    at = start + Math.max(1, Number(size))
  }
  return words.reverse()
}

const mangledWordsMax = 32
