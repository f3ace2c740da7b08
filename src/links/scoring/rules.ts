/** A parameter of the method and the reason for its value. */
interface Rule {
  value: number
  reason: string
}

/** Every window, weight and threshold of the method, published in docs/links.md (a test compares the two). */
export const RULES = {
  days: {
    value: 2,
    reason: 'An attack in the night, or one first reported the next morning, is dated a day or two apart.',
  },
  max_days: {
    value: 31,
    reason: 'A record dated to more than a month could be any of the attacks of that time.',
  },
  exact_km: {
    value: 10,
    reason:
      'An exact point is the centre of a town or district, and the edge of a city is about this far from its centre.',
  },
  near_km: { value: 25, reason: 'UCDP and ACLED define it as within about 25 km.' },
  suggestions: {
    value: 5,
    reason: 'A person reviews about this many for one record; a true match hardly ever ranks lower.',
  },
  min_score: {
    value: 0.6,
    reason: 'Below it, two attacks by one group in one city within days are more common than one attack.',
  },
  time_weight: { value: 0.2, reason: 'Every record has dates, but in a war every day has attacks.' },
  place_weight: { value: 0.25, reason: 'The strongest evidence: most places are not attacked every day.' },
  actors_weight: {
    value: 0.2,
    reason: 'Names agree or do not, but one group may commit all attacks in a place.',
  },
  event_type_weight: { value: 0.1, reason: 'Code books classify the same attack differently.' },
  fatalities_weight: { value: 0.15, reason: 'First and final counts of one attack differ widely.' },
  text_weight: {
    value: 0.1,
    reason: 'Shared words are strong evidence where there are texts, but most data sets have one line.',
  },
  day_apart: {
    value: 0.3,
    reason: 'Subtracted for each day between: after three days hardly anything is left.',
  },
  long_dates: {
    value: 0.7,
    reason: 'Subtracted where one is dated to a month, and in proportion for less: it covers more attacks.',
  },
  near_certainty: {
    value: 0.8,
    reason: 'Factor for each record that is only near its point.',
  },
  same_city: { value: 0.7, reason: 'The same city by name, where one of the two has no point.' },
  same_division: { value: 0.4, reason: 'The same governorate: weak evidence, for it has many attacks.' },
  same_country: { value: 0.2, reason: 'The same country and nothing closer: hardly any evidence.' },
  similar_name: {
    value: 0.6,
    reason: 'Two names that share more than half of their words, such as those of a branch.',
  },
  same_kind: {
    value: 0.4,
    reason:
      'Forces of one state by different names: "Government of Iraq" may be its police. Of kind, not of name.',
  },
  opposite_roles: {
    value: 0.5,
    reason: 'Factor where the attacker in one record is the target in the other.',
  },
  same_event_type: {
    value: 0.8,
    reason: 'The same event type with different sub-types, or none on one side.',
  },
  overlapping_figures: {
    value: 0.7,
    reason: 'Minimum for ranges of killed that overlap, maximum for ranges that do not.',
  },
  common_word: {
    value: 0.2,
    reason:
      'Weight of words for the place, the actors and any attack ("killed", "police"); other words weigh 1.',
  },
  min_words: { value: 3, reason: 'One shared word of a short text must not be full agreement.' },
} as const satisfies Record<string, Rule>
