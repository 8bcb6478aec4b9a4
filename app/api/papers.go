package api

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"khonggiay/app"
	"khonggiay/app/minutesdoc"
)

// paper is a document that a meeting leaves, before it is drafted.
type paper struct {
	action  app.Action // that links it to the meeting
	is      app.TypeCode
	unit    app.ID
	subject string
	name    string // of the file
	pdf     bytes.Buffer
}

// draftPaper makes an outgoing draft of a meeting with its PDF, and links the
// two: the commands that a person could give by hand with an upload, so the
// same rules decide.
func (a *API) draftPaper(ctx context.Context, in *paperInput) (*body[PaperDrafted], error) {
	var p paper
	err := a.reading(ctx, in.ID, func(l *look, v View, m *afterMeeting) error { return l.paper(v, m, in.Body.Kind, &p) })
	if err != nil {
		return nil, err
	}
	sealed, err := a.Contents.Seal(ctx, &p.pdf)
	if err != nil {
		return nil, err
	}
	doc := app.NewID(a.Now())
	draft := &app.DraftCreate{Unit: p.unit, Fields: app.Fields{Type: p.is, Subject: p.subject},
		Files: []app.NewFile{{Name: p.name, Media: mediaPDF, Role: app.FileMain, Content: sealed}}}
	if err := app.CheckSecrecy(draft); err != nil {
		return nil, err
	}
	if _, err := a.Commander.Give(ctx, viewerOf(ctx), &app.Command{Name: "document.draft.1", Target: app.Key{Kind: app.KindDocument, ID: doc}, Args: draft}); err != nil {
		return nil, err
	}
	if err := a.uploadFiles(ctx, draft); err != nil {
		a.Log.Error("scheduling an upload", "err", err) // the driver finds it again
	}
	g, err := a.Commander.Give(ctx, viewerOf(ctx), &app.Command{Name: string(p.action) + ".1",
		Target: app.Key{Kind: app.KindMeeting, ID: in.ID}, Args: &app.MeetingPaper{Document: doc}})
	return &body[PaperDrafted]{PaperDrafted{Document: doc, Status: g.Status}}, err
}

// paper lays a paper out, when the viewer may draft it and there is none.
func (l *look) paper(v View, m *afterMeeting, kind string, p *paper) error {
	p.unit, p.is, p.action, p.subject, p.name = m.meeting.Unit, app.TypeMinutes, "meeting.minutes_drafted", m.meeting.Title, minutesdoc.MinutesFile
	there := m.meeting.MinutesDoc
	if kind == "notice" {
		p.is, p.action, p.subject, p.name = app.TypeNotice, "meeting.notice_drafted", minutesdoc.NoticeSubject(m.meeting), minutesdoc.NoticeFile
		there = m.meeting.Notice
	}
	p.subject = cut(p.subject, 500)
	if dec := app.Can(l.dir, l.actor, p.action, m.meeting); !dec.Allow {
		if dec.Reason == "can.wrong_state" {
			return app.Refuse(app.Conflict, "meeting.wrong_status").With("status", string(m.meeting.Status))
		}
		return app.Refuse(app.Forbidden, dec.Reason)
	}
	if err := l.noPaper(v, there); err != nil {
		return err
	}
	if p.is == app.TypeMinutes {
		return minutesdoc.WriteMinutes(&p.pdf, l.minutesDoc(m))
	}
	if len(m.conclusions()) == 0 {
		return app.Refuse(app.Conflict, "meeting.no_conclusions")
	}
	return minutesdoc.WriteNotice(&p.pdf, l.noticeDoc(m))
}

// noPaper refuses a second paper beside one that was not cancelled.
func (l *look) noPaper(v View, there app.ID) error {
	if there == "" {
		return nil
	}
	doc, _, err := v.Document(l.reader(), there)
	if errors.Is(err, app.ErrNotFound) || err == nil && doc.State != app.OutCancelled {
		return app.Refuse(app.Conflict, "meeting.has_paper").With("document", string(there))
	}
	return err
}

// cut is at most so many characters of a text.
func cut(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return strings.TrimSpace(string(letters[:most-1])) + "…"
}
