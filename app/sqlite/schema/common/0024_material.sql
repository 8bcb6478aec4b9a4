-- +goose Up
-- What the clock does to materials of meetings. Derived from table record, as
-- the projections of 0005 are. Times are Unix milliseconds.
CREATE TABLE material_due (
    id     TEXT PRIMARY KEY, -- of the material
    opens  INTEGER NOT NULL, -- when it is to be opened; 0 = not by the clock
    recall INTEGER NOT NULL  -- when it is to be recalled; 0 = not by the clock
) WITHOUT ROWID;
CREATE INDEX material_due_opens ON material_due (opens) WHERE opens <> 0;
CREATE INDEX material_due_recall ON material_due (recall) WHERE recall <> 0;
