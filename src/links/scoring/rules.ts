/** A number of the method, and why it is that number. */
interface Rule {
  value: number
  reason: string
}

/** Every window, weight and threshold of the method, published in docs/links.md (a test holds the two together). */
export const RULES = {
  days: {
    value: 2,
    reason: 'An attack in the night, or one first reported the next morning, is dated a day or two apart.',
  },
  most_days: {
    value: 31,
    reason: 'A record dated to more than a month could be any of the attacks of that time.',
  },
  exact_km: {
    value: 10,
    reason:
      'An exact point is the centre of a town or district, and a city is about so far from centre to edge.',
  },
  near_km: { value: 25, reason: 'UCDP and ACLED mean within about 25 km by it.' },
  suggestions: {
    value: 5,
    reason: 'As many as a person looks through for one record; a true match is hardly ever below.',
  },
  least_score: {
    value: 0.6,
    reason: 'Below it two attacks of one group in one city in the same days are commoner than one attack.',
  },
  time_weight: { value: 0.2, reason: 'Every record has dates, but in a war every day has attacks.' },
  place_weight: { value: 0.25, reason: 'What tells most, for most places are not attacked every day.' },
  actors_weight: {
    value: 0.2,
    reason: 'Names agree or do not, but one group may make all attacks of a place.',
  },
  event_type_weight: { value: 0.1, reason: 'Code books class the same attack differently.' },
  fatalities_weight: { value: 0.15, reason: 'First counts and last counts of one attack differ widely.' },
  text_weight: {
    value: 0.1,
    reason: 'Shared words tell much where there are texts, but most data sets have one line.',
  },
  day_apart: {
    value: 0.3,
    reason: 'What each day between takes off: after three days hardly anything is left.',
  },
  long_dates: {
    value: 0.7,
    reason:
      'What is taken off where one is dated to a month, in proportion where to less: it covers more attacks.',
  },
  near_certainty: {
    value: 0.8,
    reason: 'What agreement is left for each record that is only near its point.',
  },
  same_city: { value: 0.7, reason: 'The same city by name, where one of the two has no point.' },
  same_division: { value: 0.4, reason: 'The same governorate: weak, for it has many attacks.' },
  same_country: { value: 0.2, reason: 'The same country and nothing closer: hardly anything.' },
  similar_name: {
    value: 0.6,
    reason: 'More than half of the words of two names, such as those of a branch.',
  },
  same_kind: {
    value: 0.4,
    reason:
      'Forces of one state by different names: "Government of Iraq" may be its police. Of kind, not of name.',
  },
  opposite_roles: {
    value: 0.5,
    reason: 'What is left where one record has attack whom the other has attacked.',
  },
  same_event_type: {
    value: 0.8,
    reason: 'The same event type with different sub-types, or none on one side.',
  },
  overlapping_figures: {
    value: 0.7,
    reason: 'Ranges of killed that overlap agree so far at least, and those that do not at most so far.',
  },
  common_word: {
    value: 0.2,
    reason: 'What words of place, of actors and of any attack ("killed", "police") count beside others.',
  },
  fewest_words: { value: 3, reason: 'One shared word of a short text must not be full agreement.' },
} as const satisfies Record<string, Rule>
