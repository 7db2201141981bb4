/** The package's version; a test holds it to package.json. */
export const toolVersion = "0.1.0"
