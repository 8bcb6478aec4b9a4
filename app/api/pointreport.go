package api

import (
	"bytes"
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
	"khonggiay/app/minutesdoc"
	"khonggiay/meeting"
)

// NativePoints asks to store the report where the person says.
type NativePoints struct {
	Meeting app.ID `json:"meeting" minLength:"1" maxLength:"64"`
	Form    string `json:"form" enum:"pdf,csv"`
}

// pointForm is how the report is written.
type pointForm struct {
	media, name string
	write       func(io.Writer, minutesdoc.Points) error
}

var pointForms = map[string]pointForm{
	"pdf": {mediaPDF, minutesdoc.PointsFile, minutesdoc.WritePoints},
	"csv": {"text/csv; charset=utf-8", minutesdoc.PointsCSVFile, minutesdoc.WritePointsCSV},
}

func (a *API) pointReportRoutes() {
	op := get("/meetings/{id}/points.pdf", "getPointReportPDF", "The report on the meeting points of a meeting, as it is printed", "points")
	op.Responses = map[string]*huma.Response{"200": {Description: "a PDF", Content: map[string]*huma.MediaType{
		mediaPDF: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, op, a.getPointReportPDF)
	op = get("/meetings/{id}/points.csv", "getPointReportCSV", "The same for a spreadsheet", "points")
	op.Responses = map[string]*huma.Response{"200": {Description: "comma-separated values", Content: map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	route(a, forPerson, op, a.getPointReportCSV)
	route(a, forPerson, post("/native/points", "nativePoints", "Save the report on meeting points by the system's dialog (window)", "points"), a.nativePoints)
}

func (a *API) getPointReportPDF(ctx context.Context, in *meetingInput) (*stream, error) {
	return a.streamPointReport(ctx, in.ID, pointForms["pdf"])
}

func (a *API) getPointReportCSV(ctx context.Context, in *meetingInput) (*stream, error) {
	return a.streamPointReport(ctx, in.ID, pointForms["csv"])
}

func (a *API) streamPointReport(ctx context.Context, meeting app.ID, form pointForm) (*stream, error) {
	text, err := a.pointReport(ctx, meeting, form)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", form.media)
		c.SetHeader("Content-Disposition", disposition("attachment", form.name))
		_, _ = c.BodyWriter().Write(text) // the client is gone if this fails
	}}, nil
}

func (a *API) nativePoints(ctx context.Context, in *body[NativePoints]) (*body[NativeSaved], error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	form := pointForms[in.Body.Form]
	text, err := a.pointReport(ctx, in.Body.Meeting, form)
	if err != nil {
		return nil, err
	}
	return a.saveAs(ctx, form.name, bytes.NewReader(text))
}

// pointReport writes the report for one who runs the meeting.
func (a *API) pointReport(ctx context.Context, id app.ID, form pointForm) ([]byte, error) {
	if err := a.mayReport(ctx, id); err != nil {
		return nil, err
	}
	l := a.look(viewerOf(ctx))
	var report minutesdoc.Points
	err := a.Store.Read(ctx, func(v View) error {
		m, _, err := l.meeting(v, id)
		if err == nil {
			report, err = l.pointsDoc(v, m)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if a.Conferences != nil {
		// The server alone knows; without a line the report says so.
		others, err := a.Conferences.Attended(ctx, l.viewer, id)
		report.Unknown = err != nil
		for _, o := range others {
			report.Others = append(report.Others, minutesdoc.OtherLine{Name: o.Name, Guest: o.Kind == meeting.GuestStation, Role: o.Role, Joined: o.Joined, Left: o.Left, Drops: o.Drops})
		}
	}
	var b bytes.Buffer
	err = form.write(&b, report)
	return b.Bytes(), err
}

func (l *look) pointsDoc(v View, m *app.Meeting) (minutesdoc.Points, error) {
	out := minutesdoc.Points{Head: minutesdoc.HeadOf(l.dir, m.Unit, app.TypeReport, m.Title, l.today), Meeting: m, Where: minutesdoc.Where(l.dir, m),
		Made: l.now, For: l.who(l.viewer.Person).Name}
	s, _, err := held[*app.Session](l, v, app.Key{Kind: app.KindSession, ID: app.SessionID(m.ID)})
	if err != nil {
		return out, err
	}
	if s != nil {
		out.Started, out.Ended = s.Started, s.Finished
	}
	sessions, err := l.pointSessions(v, m)
	for _, s := range sessions {
		p := l.dir.Point(s.Point)
		line := minutesdoc.PointLine{Name: p.Name, Unit: l.unit(s.Unit).Name, Phone: p.Phone, Head: s.HeadName, Session: s}
		if s.Head != "" {
			line.Head = l.who(s.Head).Name
		}
		out.Lines = append(out.Lines, line)
	}
	return out, err
}
