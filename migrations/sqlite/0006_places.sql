-- Names by which data sets know places that the gazetteer has under other names.
CREATE TABLE place_spellings (
  folded TEXT NOT NULL,
  place_id TEXT NOT NULL,
  dataset TEXT NOT NULL,
  name TEXT NOT NULL,             -- as the data set writes it
  PRIMARY KEY (folded, place_id, dataset)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_spellings_by_dataset ON place_spellings (dataset, place_id);

-- A record may lie in an area that is no country of ISO 3166-1.
UPDATE documents SET document = replace(document, ',"district":', ',"area":null,"district":');
UPDATE tolls SET document = replace(document, ',"district":', ',"area":null,"district":');
