-- +goose Up
-- Projections of meetings: what calendars and lists read. Derived from table
-- record, as those of 0002 are. Times are Unix milliseconds.

-- One row a meeting.
CREATE TABLE meeting_index (
    id      TEXT PRIMARY KEY, -- of the meeting
    version INTEGER NOT NULL, -- of the record
    unit    TEXT    NOT NULL, -- office that holds it
    status  TEXT    NOT NULL, -- app.MeetingStatus
    form    TEXT    NOT NULL, -- app.MeetingForm
    class   TEXT    NOT NULL, -- app.MeetingClass
    title   TEXT    NOT NULL, -- as written
    folded  TEXT    NOT NULL, -- title, folded for searching
    start   INTEGER NOT NULL, -- planned
    stop    INTEGER NOT NULL, -- planned
    room    TEXT    NOT NULL, -- of the province's rooms, or empty
    place   TEXT    NOT NULL, -- where, when in none of them
    chair   TEXT    NOT NULL, -- person
    creator TEXT    NOT NULL, -- person
    secret  INTEGER NOT NULL, -- 1 = with state secrets
    people  INTEGER NOT NULL  -- participants, outsiders included
) WITHOUT ROWID;
CREATE INDEX meeting_index_start ON meeting_index (start);
CREATE INDEX meeting_index_room ON meeting_index (room, start) WHERE room <> '';

-- Who takes part: persons, and units that send somebody.
CREATE TABLE meeting_person (
    person  TEXT NOT NULL, -- person or unit
    meeting TEXT NOT NULL, -- of meeting_index
    role    TEXT NOT NULL, -- app.MeetingRole
    reply   TEXT NOT NULL, -- app.Reply
    PRIMARY KEY (person, meeting)
) WITHOUT ROWID;
CREATE INDEX meeting_person_meeting ON meeting_person (meeting);

-- Which records belong to a meeting.
CREATE TABLE meeting_part (
    meeting TEXT    NOT NULL, -- it may come after its parts
    kind    INTEGER NOT NULL, -- app.Kind
    id      TEXT    NOT NULL, -- of the record
    PRIMARY KEY (meeting, kind, id)
) WITHOUT ROWID;
CREATE INDEX meeting_part_record ON meeting_part (kind, id);
