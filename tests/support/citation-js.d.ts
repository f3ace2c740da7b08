/** What the tests use of packages without types. */
declare module '@citation-js/core' {
  /** References in any format that a plugin reads. */
  export class Cite {
    constructor(text: string)
    /** The references as CSL-JSON. */
    data: object[]
  }
}
declare module '@citation-js/plugin-bibtex'
declare module '@citation-js/plugin-ris'
