-- +goose Up
-- Projection of tasks out of meetings (nhiệm vụ): what lists and the desk read.
-- Derived from table record, as those of 0002 are. Times are Unix milliseconds,
-- days are counted from 1970-01-01.

-- One row a task. Whether it is overdue is worked out when it is read.
CREATE TABLE assignment_index (
    id         TEXT PRIMARY KEY, -- of the assignment
    version    INTEGER NOT NULL, -- of the record
    meeting    TEXT    NOT NULL, -- it came out of
    unit       TEXT    NOT NULL, -- office whose meeting it was
    giver      TEXT    NOT NULL, -- person
    follower   TEXT    NOT NULL, -- person, or empty
    owner      TEXT    NOT NULL, -- person or unit
    owner_unit INTEGER NOT NULL, -- 1 = owner is a unit
    text       TEXT    NOT NULL, -- as written
    folded     TEXT    NOT NULL, -- text, folded for searching
    due        INTEGER NOT NULL, -- day, 0 = none
    reported   INTEGER NOT NULL, -- day of the last report, 0 = none
    state      TEXT    NOT NULL, -- app.AssignmentState
    open       INTEGER NOT NULL, -- 1 = neither done nor cancelled
    since      INTEGER NOT NULL, -- in this state
    created    INTEGER NOT NULL, -- given
    progress   INTEGER NOT NULL, -- percent
    reason     TEXT    NOT NULL, -- why sent back or cancelled
    conclusion INTEGER NOT NULL  -- key among the conclusions, 0 = none
) WITHOUT ROWID;
CREATE INDEX assignment_index_owner ON assignment_index (owner, open);
CREATE INDEX assignment_index_giver ON assignment_index (giver, open);
CREATE INDEX assignment_index_follower ON assignment_index (follower, open);
CREATE INDEX assignment_index_meeting ON assignment_index (meeting);
