/** A word of POSIX sh (Shell Command Language, 2.2.2): nothing in it is expanded. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
