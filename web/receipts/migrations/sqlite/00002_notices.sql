-- +goose Up

-- How many notices were shown on a day, by what came of them.
CREATE TABLE charte_notices (
    chain  TEXT NOT NULL,
    day    TEXT NOT NULL,
    site   TEXT NOT NULL,
    notice TEXT NOT NULL,
    n      INTEGER NOT NULL,
    PRIMARY KEY (chain, day, site, notice)
);
CREATE INDEX charte_notices_day ON charte_notices (day);

-- +goose Down
DROP TABLE charte_notices;
