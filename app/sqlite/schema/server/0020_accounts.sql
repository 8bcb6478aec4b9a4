-- +goose Up
-- Accounts, sessions, devices, enrolment codes, content receipts and the audit
-- log of the provincial server. Times are Unix milliseconds; 0 = never.

-- Who may sign in with a password from a browser.
CREATE TABLE account (
    name        TEXT PRIMARY KEY, -- sign-in name, lower case
    person      TEXT NOT NULL,    -- id of the person
    password    TEXT NOT NULL,    -- argon2id in PHC form, salt included
    created     INTEGER NOT NULL, -- when it was made
    changed     INTEGER NOT NULL, -- when the password was set
    closed      INTEGER NOT NULL DEFAULT 0  -- when the account was closed
) WITHOUT ROWID;
CREATE UNIQUE INDEX account_person ON account (person);

-- Wrong passwords by sign-in name and who gave them, whether or not there is
-- such an account, so that the answer to a stranger is the same.
CREATE TABLE login_failure (
    name  TEXT PRIMARY KEY, -- sign-in name, a blank, and the kind of guesser
    count INTEGER NOT NULL, -- wrong tries in a row
    last  INTEGER NOT NULL, -- when the last one was; a day later the row goes
    until INTEGER NOT NULL  -- no try is looked at before this time
) WITHOUT ROWID;

-- Open browser sessions. The token itself is nowhere on the server.
CREATE TABLE session (
    token   BLOB PRIMARY KEY, -- SHA-256 of the token in the cookie
    account TEXT NOT NULL REFERENCES account (name), -- sign-in name
    created INTEGER NOT NULL, -- when it began
    seen    INTEGER NOT NULL, -- last use, to the minute; too long ago ends the session
    expires INTEGER NOT NULL, -- ends the session in any case
    address TEXT NOT NULL     -- where it began
) WITHOUT ROWID;
CREATE INDEX session_account ON session (account);

-- One-time enrolment codes.
CREATE TABLE enrolment_code (
    secret  BLOB PRIMARY KEY, -- SHA-256 of the code's secret
    person  TEXT NOT NULL,    -- for whom
    office  TEXT NOT NULL,    -- the person's office, whose administrator made it
    created INTEGER NOT NULL, -- when it was made
    by      TEXT NOT NULL,    -- person who made it
    expires INTEGER NOT NULL, -- good until then
    failed  INTEGER NOT NULL DEFAULT 0,  -- tries that knew the secret but were refused
    used    INTEGER NOT NULL DEFAULT 0,  -- when it was used
    device  TEXT NOT NULL DEFAULT ''     -- by which device
) WITHOUT ROWID;
CREATE INDEX enrolment_code_expires ON enrolment_code (expires);

-- Enrolled laptops. A row is never removed: the device's commands name it.
CREATE TABLE device (
    id                TEXT PRIMARY KEY, -- given at enrolment; the name in its certificate
    person            TEXT NOT NULL,    -- whose laptop it is
    office            TEXT NOT NULL,    -- the person's at enrolment
    name              TEXT NOT NULL,    -- the computer's name, as it said
    platform          TEXT NOT NULL,    -- system and processor, as it said
    version           TEXT NOT NULL,    -- of the program, as it last said
    command_key       BLOB NOT NULL,    -- Ed25519 public key
    sealing_key       BLOB NOT NULL,    -- X25519 public key (RFC 9180)
    courier           BLOB NOT NULL,    -- self-signed courier certificate, DER
    courier_id        BLOB NOT NULL,    -- its SHA-256
    certificate       BLOB NOT NULL,    -- SHA-256 of the TLS certificate last issued
    certificate_old   BLOB NOT NULL,    -- of the one before, until the last one is used; else empty
    certificate_until INTEGER NOT NULL, -- end of the last one
    enrolled          INTEGER NOT NULL, -- when
    seen              INTEGER NOT NULL, -- last request, to the minute
    revoked           INTEGER NOT NULL DEFAULT 0, -- when; such a device is let in nowhere
    revoked_by        TEXT NOT NULL DEFAULT '' -- person
) WITHOUT ROWID;
CREATE INDEX device_office ON device (office);
CREATE INDEX device_person ON device (person);

-- Writers: one number for each incarnation of a device's database. Numbers are
-- never given twice, since they are half of every command's id.
CREATE TABLE writer (
    number INTEGER PRIMARY KEY, -- 16 … 2^20 - 1; lower ones are the server's own
    device TEXT NOT NULL REFERENCES device (id), -- that has it
    since  INTEGER NOT NULL     -- when it was given
);
CREATE INDEX writer_device ON writer (device);

-- Segments whose whole bytes the server has verified.
CREATE TABLE content_have (
    segment BLOB PRIMARY KEY, -- SHA-256 of the ciphertext
    size    INTEGER NOT NULL, -- bytes
    at      INTEGER NOT NULL, -- when it was verified
    device  TEXT NOT NULL     -- who sent it; empty = from a browser
) WITHOUT ROWID;
CREATE INDEX content_have_device ON content_have (device, at);

-- Which machines hold which segment, as the server knows: they sent it or
-- fetched all of it.
CREATE TABLE content_fetch (
    segment BLOB NOT NULL,    -- SHA-256 of the ciphertext
    device  TEXT NOT NULL,    -- that holds it
    at      INTEGER NOT NULL, -- since when, as far as we know
    PRIMARY KEY (segment, device)
) WITHOUT ROWID;

-- Derived from documents: which segment is named by which file. Decides who
-- may fetch it, what may be removed, and when a file is complete.
CREATE TABLE content_ref (
    segment BLOB NOT NULL,    -- SHA-256 of the ciphertext
    doc     TEXT NOT NULL,    -- document id
    file    INTEGER NOT NULL, -- app.CommandID of the file in the document
    size    INTEGER NOT NULL, -- bytes of the segment
    stored  INTEGER NOT NULL, -- 1 = the document says already that the server has the file
    PRIMARY KEY (segment, doc, file)
) WITHOUT ROWID;
CREATE INDEX content_ref_doc ON content_ref (doc, file);
CREATE INDEX content_ref_open ON content_ref (doc, file) WHERE stored = 0;

-- Files that a browser uploaded and no command has named yet.
CREATE TABLE upload (
    person  TEXT NOT NULL,    -- who added it
    sha256  BLOB NOT NULL,    -- of the plaintext
    name    TEXT NOT NULL,    -- of the file, tidied
    media   TEXT NOT NULL,    -- MIME type, found out from the bytes
    pages   INTEGER NOT NULL, -- of a PDF; 0 = not known
    at      INTEGER NOT NULL, -- when it was added
    content BLOB NOT NULL,    -- app.FileVersion, CBOR; holds the segment keys
    PRIMARY KEY (person, sha256)
) WITHOUT ROWID;

-- Who did what to accounts, devices and the server itself. Append-only: each
-- row carries the hash of the one before.
CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY, -- from 1, without gaps
    at     INTEGER NOT NULL,    -- when
    act    TEXT NOT NULL,       -- "login", "login.failed", "device.enrol", …
    actor  TEXT NOT NULL,       -- person, or "system" or "operator"
    device TEXT NOT NULL,       -- device that asked, if one did
    object TEXT NOT NULL,       -- what it was done to
    source TEXT NOT NULL,       -- network address, if there was one
    detail TEXT NOT NULL,       -- JSON object; never a secret
    hash   BLOB NOT NULL        -- SHA-256 over the hash before and this row
);
CREATE INDEX audit_object ON audit (object);
-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd
