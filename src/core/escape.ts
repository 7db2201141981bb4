/**
 * Foreign text made safe to print: control, bidirectional, invisible and unassigned-looking characters are shown as escapes,
 * so that a name cannot move the cursor, recolour the terminal, reverse a line or hide (Trojan Source, CVE-2021-42574).
 */
export function escapeForeign(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`
  })
}

/**
 * What the user named, without the user name and password of an http(s) address: either may be a token. Of others, where `git@` only says
 * whom to be, what has a password. For whatever is printed or kept, also where it is no address.
 */
export const withoutLogin = (text: string): string =>
  text.replace(/^((?:[a-z][a-z0-9+.-]*:)?[\\/]{2,})([^\\/?#]*)@/i, (whole, start: string, login: string) =>
    /https?:/i.test(start) || login.includes(":") ? start : whole,
  )

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|[\u115f\u1160\u3164\uffa0]|\p{Variation_Selector}/gu
