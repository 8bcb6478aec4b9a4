package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"khonggiay/app"
)

// DirectoryView is the whole province as it stands today.
type DirectoryView struct {
	Version string       `json:"version"`
	Units   []UnitView   `json:"units"`
	People  []PersonView `json:"people"`
}

// UnitView is a unit at its place in the tree.
type UnitView struct {
	ID       app.ID `json:"id"`
	Parent   app.ID `json:"parent,omitempty"`
	Name     string `json:"name"`
	Short    string `json:"short,omitempty"`
	Notation string `json:"notation,omitempty"`
	Level    string `json:"level,omitempty"`
	Office   bool   `json:"office,omitempty" doc:"has its own văn thư and books, and can receive documents"`
	Organ    string `json:"organ,omitempty"`
	Place    string `json:"place,omitempty"`
}

// PersonView is a person with the posts held today.
type PersonView struct {
	ID    app.ID     `json:"id"`
	Name  string     `json:"name"`
	Email string     `json:"email,omitempty"`
	Phone string     `json:"phone,omitempty"`
	Posts []PostView `json:"posts"`
}

// PostView is one post.
type PostView struct {
	Unit     app.ID   `json:"unit"`
	Position string   `json:"position,omitempty"`
	Role     app.Role `json:"role"`
	Main     bool     `json:"main,omitempty"`
}

// Catalog is what forms choose from.
type Catalog struct {
	Types       []TypeView      `json:"types"`
	Urgencies   []app.Urgency   `json:"urgencies"`
	Books       []BookView      `json:"books" doc:"of the person's offices"`
	Groups      []GroupView     `json:"groups"`
	Holidays    []HolidayView   `json:"holidays"`
	Workdays    []app.Date      `json:"workdays" doc:"weekend days worked in place of others"`
	Authorities []AuthorityView `json:"authorities" doc:"who signs for the person's offices, and how"`
	MaxUpload   int64           `json:"maxUpload" doc:"the largest file taken, bytes"`
}

// TypeView is one of the types of NĐ 30/2020, Điều 7.
type TypeView struct {
	Code   app.TypeCode `json:"code"`
	Abbr   string       `json:"abbr,omitempty" doc:"in a notation; công văn has none"`
	Name   string       `json:"name"`
	NameEn string       `json:"nameEn"`
}

// BookView is a register of documents.
type BookView struct {
	ID        app.ID         `json:"id"`
	Unit      app.ID         `json:"unit"`
	Direction DirectionName  `json:"direction" enum:"incoming,outgoing"`
	Name      string         `json:"name"`
	Types     []app.TypeCode `json:"types,omitempty"`
	Holder    app.ID         `json:"holder"`
}

// GroupView is a list of recipient offices.
type GroupView struct {
	ID      app.ID   `json:"id"`
	Unit    app.ID   `json:"unit"`
	Name    string   `json:"name"`
	Members []app.ID `json:"members"`
	Public  bool     `json:"public,omitempty"`
}

// HolidayView is a day off.
type HolidayView struct {
	Day  app.Date `json:"day"`
	Name string   `json:"name"`
}

// AuthorityView is a power to sign.
type AuthorityView struct {
	Unit   app.ID            `json:"unit"`
	Person app.ID            `json:"person"`
	Form   app.AuthorityForm `json:"form"`
	Title  string            `json:"title"`
	Types  []app.TypeCode    `json:"types,omitempty"`
}

// TemplateView is a ready directive text.
type TemplateView struct {
	ID    app.ID `json:"id"`
	Text  string `json:"text"`
	Days  int    `json:"days,omitempty"`
	Order int    `json:"order,omitempty"`
	Mine  bool   `json:"mine,omitempty"`
	Unit  app.ID `json:"unit,omitempty"`
	// A template is stored whole, so who changes it names the version he saw.
	Version uint64 `json:"version"`
}

// directoryCache keeps the one directory view that everybody asks for.
type directoryCache struct {
	// mu guards the rest; held while the view is made, so that it is made once.
	mu   sync.Mutex
	of   *app.Directory
	day  app.Date
	view DirectoryView
	etag string
}

type directoryInput struct {
	IfNoneMatch string `header:"If-None-Match"`
}

type directoryOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Status       int
	Body         *DirectoryView
}

func (a *API) directoryRoutes() {
	route(a, forPerson, get("/directory", "getDirectory", "Units and people, whole", "directory"), a.getDirectory)
	route(a, forPerson, get("/catalog", "getCatalog", "Types, books, groups, holidays, signing powers", "directory"), a.getCatalog)
	route(a, forPerson, get("/templates", "getTemplates", "Ready directive texts", "directory"), a.getTemplates)
}

func (a *API) getDirectory(ctx context.Context, in *directoryInput) (*directoryOutput, error) {
	l := a.look(viewerOf(ctx))
	view, etag, err := a.directory.get(l)
	if err != nil {
		return nil, err
	}
	out := &directoryOutput{ETag: etag, CacheControl: "private, no-cache", Status: http.StatusOK, Body: view}
	if in.IfNoneMatch == etag {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out, nil
}

func (c *directoryCache) get(l *look) (*DirectoryView, string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of != l.dir || c.day != l.today {
		view := l.directory()
		text, err := json.Marshal(view)
		if err != nil {
			return nil, "", app.Errorf(app.Internal, "internal", "directory view: %w", err)
		}
		sum := sha256.Sum256(text)
		view.Version = hex.EncodeToString(sum[:8])
		c.of, c.day, c.view, c.etag = l.dir, l.today, view, strconv.Quote(view.Version)
	}
	view := c.view
	return &view, c.etag, nil
}

func (l *look) directory() DirectoryView {
	v := DirectoryView{Units: []UnitView{}, People: []PersonView{}}
	for _, u := range l.dir.Units() {
		if !u.Span.On(l.today) {
			continue
		}
		v.Units = append(v.Units, UnitView{ID: u.ID, Parent: l.dir.ParentOf(u.ID, l.today), Name: u.Name, Short: u.Short,
			Notation: u.Notation, Level: u.Level, Office: u.Office, Organ: u.Organ, Place: u.Place})
	}
	for _, p := range l.dir.Persons() {
		if p.Closed {
			continue
		}
		person := PersonView{ID: p.ID, Name: p.Name, Email: p.Email, Phone: p.Phone, Posts: []PostView{}}
		for _, post := range p.Posts {
			if post.Span.On(l.today) {
				person.Posts = append(person.Posts, PostView{post.Unit, post.Position, post.Role, post.Main})
			}
		}
		v.People = append(v.People, person)
	}
	return v
}

func (a *API) getCatalog(ctx context.Context, _ *none) (*body[Catalog], error) {
	l := a.look(viewerOf(ctx))
	c := Catalog{
		Types: []TypeView{}, Books: []BookView{}, Groups: []GroupView{},
		Holidays: []HolidayView{}, Workdays: []app.Date{}, Authorities: []AuthorityView{},
		MaxUpload: MaxUpload,
		Urgencies: []app.Urgency{app.UrgencyNormal, app.UrgencyUrgent, app.UrgencyVery, app.UrgencyImmediate},
	}
	for _, t := range app.Types() {
		c.Types = append(c.Types, TypeView{t.Code, t.Abbrev, t.Name, t.NameEn})
	}
	for _, office := range l.offices() {
		l.fillOffice(&c, office)
	}
	l.fillCalendar(&c)
	return &body[Catalog]{c}, nil
}

func (l *look) fillOffice(c *Catalog, office app.ID) {
	for _, b := range l.dir.Books(office) {
		if b.Span.On(l.today) {
			c.Books = append(c.Books, BookView{b.ID, b.Unit, directionName(b.Direction), b.Name, b.Types, b.Holder})
		}
	}
	for _, g := range l.dir.Groups(office) {
		if !slices.ContainsFunc(c.Groups, func(v GroupView) bool { return v.ID == g.ID }) {
			c.Groups = append(c.Groups, GroupView{g.ID, g.Unit, g.Name, some(g.Members), g.Public})
		}
	}
	for _, p := range l.dir.Authorities(office) {
		if p.Span.On(l.today) {
			c.Authorities = append(c.Authorities, AuthorityView{p.Unit, p.Person, p.Form, p.Title, p.Types})
		}
	}
}

// fillCalendar gives last year's to next year's days off: deadlines reach
// across the turn of the year.
func (l *look) fillCalendar(c *Catalog) {
	for year := l.now.Year() - 1; year <= l.now.Year()+1; year++ {
		cal := l.dir.Calendar(year)
		if cal == nil {
			continue
		}
		for _, h := range cal.Off {
			c.Holidays = append(c.Holidays, HolidayView{h.Day, h.Name})
		}
		c.Workdays = append(c.Workdays, cal.Working...)
	}
}

func (a *API) getTemplates(ctx context.Context, _ *none) (*body[[]TemplateView], error) {
	l := a.look(viewerOf(ctx))
	out := []TemplateView{}
	err := a.Store.Read(ctx, func(v View) error {
		list, err := v.Records(l.reader(), app.KindTemplate)
		if err != nil {
			return err
		}
		for _, r := range list {
			t, ok := r.(*app.Template)
			if !ok || t.Closed {
				continue
			}
			version, err := v.Version(t.Key())
			if err != nil {
				return err
			}
			out = append(out, TemplateView{t.ID, t.Text, t.Days, t.Order, t.Person == l.viewer.Person, t.Unit, version})
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b TemplateView) int { return cmp.Compare(a.Order, b.Order) })
	return &body[[]TemplateView]{out}, err
}
