/**
 * What a generator writes of the moment it ran, by name. Each takes away one token, and only in lines that came out otherwise in the two runs of a replay: what a
 * line says besides must be equal. The raw digest of the entry stays in the report.
 */
export const normalisations: readonly { readonly name: string; readonly token: RegExp }[] = [
  // gettext(1): "POT-Creation-Date: 2025-04-03 14:34+0300\n"
  { name: "POT-Creation-Date", token: /(?<=^"POT-Creation-Date: )\d{4}-\d\d-\d\d \d\d:\d\d[+-]\d{4}(?=\\n"\n$)/ },
  // groff(1) -T html: <!-- CreationDate: Fri Apr 26 10:09:23 2024 -->
  {
    name: "CreationDate",
    token:
      /(?<=^<!-- CreationDate: )(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d \d{4}(?= -->\n$)/,
  },
  // ISO 8601, and as manual pages spell it: 2023-02-20, February 20 2023, Feb 20, 2023
  {
    name: "date",
    token:
      /\b(?:\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])|(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?) (?:0?[1-9]|[12]\d|3[01]),? \d{4})\b/,
  },
]

/** How a token is written: one day in another spelling is another text (a shell reads `2023-02-20` as one word and `May 1 2023` as three). */
const spelling = (token: string): string => (/^\d{4}-\d\d-\d\d$/.test(token) ? "iso" : token.includes(",") ? "comma" : "words")

/** The line without the token, and which normalisation took it; undefined when none applies. Equal texts are lines that differ in this one token only. */
export function normalised(line: string): { readonly name: string; readonly text: string } | undefined {
  for (const { name, token } of normalisations) {
    const found = token.exec(line)
    // The place is part of the text: a mark in the token's stead could stand in a line already.
    if (found !== null)
      return {
        name,
        text: `${name} ${spelling(found[0])} ${found.index} ${line.slice(0, found.index)}${line.slice(found.index + found[0].length)}`,
      }
  }
  return undefined
}

/** The name of the normalisation under which two lines are one; undefined when none makes them so. */
export function equalUnder(line: string, other: string): string | undefined {
  const [a, b] = [normalised(line), normalised(other)]
  return a !== undefined && a.name === b?.name && a.text === b.text ? a.name : undefined
}
