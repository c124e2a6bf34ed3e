CREATE TABLE IF NOT EXISTS people (
  name VARCHAR(255) PRIMARY KEY,
  password VARCHAR(255) NOT NULL
);

-- repositories: one, or all below a path (team/*), or all (*), by the names that clients use.
CREATE TABLE IF NOT EXISTS rights (
  name VARCHAR(255) NOT NULL REFERENCES people ON DELETE CASCADE,
  repositories VARCHAR(255) NOT NULL,
  push BOOLEAN NOT NULL,
  PRIMARY KEY (name, repositories)
);

-- For a first try: alice (wonderland) and bob (builder).
INSERT INTO people SELECT * FROM (VALUES
  ('alice', 'pbkdf2-sha512$210000$fsdAJcKjxfP4SpeRNl7iew$grLIb0pGJYIvDWhmkI4rnI9KjXzyaS7l04p8mW0caDhavuoE2ZImVtXIXfesOCGwVeH2q6qcjgizaYgnze8V5A'),
  ('bob', 'pbkdf2-sha512$210000$C4cM4ZgAdGOOEpeppU4evg$BtRVgaq5uXGRceFUKfzv4+kTnOeaq2Hlex533c6s6jUODdf2RKNhI7vBxm4SaDBuzlxBTSx9lARwDcsNkdoR4g')
) WHERE NOT EXISTS (SELECT * FROM people);

INSERT INTO rights SELECT * FROM (VALUES
  ('alice', '*', FALSE),
  ('alice', 'team/*', TRUE),
  ('bob', 'team/*', FALSE)
) WHERE NOT EXISTS (SELECT * FROM rights);
