-- +goose Up

-- One chain a server: the number and the SHA-256 of its last record.
CREATE TABLE charte_chains (
    chain TEXT NOT NULL PRIMARY KEY,
    n     BIGINT NOT NULL,
    hash  TEXT NOT NULL
);

-- record is the JSON that was hashed, byte for byte; t is its time in seconds.
CREATE TABLE charte_receipts (
    chain  TEXT NOT NULL,
    n      BIGINT NOT NULL,
    t      BIGINT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (chain, n)
);

-- The catalogues and releases that records name, by SHA-256; used is the day of
-- the newest such record, counted from 1970-01-01.
CREATE TABLE charte_archives (
    hash TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    data BYTEA NOT NULL,
    used BIGINT NOT NULL
);

-- What figures are drawn from: they outlive the records.
CREATE TABLE charte_counts (
    chain  TEXT NOT NULL,
    day    TEXT NOT NULL,
    site   TEXT NOT NULL,
    action TEXT NOT NULL,
    ui     TEXT NOT NULL,
    state  TEXT NOT NULL,
    n      BIGINT NOT NULL,
    PRIMARY KEY (chain, day, site, action, ui, state)
);
CREATE INDEX charte_counts_day ON charte_counts (day);

-- +goose Down
DROP TABLE charte_counts;
DROP TABLE charte_archives;
DROP TABLE charte_receipts;
DROP TABLE charte_chains;
