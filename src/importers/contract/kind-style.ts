/**
 * How a data set writes the kind of a place: `appended` to every name in any case (`Samarra town`, `Bhola District`),
 * or `named`, part of the name as a rule, where only a word in lower case is a kind (`Kabul province`, but `Cape Town`).
 */
export type KindStyle = 'appended' | 'named'
